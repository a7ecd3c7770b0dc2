package fairlead.wire;

/** What a peer may do now and then, and not all the time; each kind is counted by its name. */
public enum Glitch {
  /** It reset a stream before the answer was whole (CVE-2023-44487). */
  RESET,
  /** It made us reset a stream (CVE-2025-8671). */
  FAULT,
  /** More streams than it was told. */
  REFUSED,
  /** DATA without data and without an end. */
  EMPTY_DATA,
  /** CONTINUATION. */
  CONTINUATION,
  /** PING. */
  PING,
  /** SETTINGS. */
  SETTINGS,
  /** WINDOW_UPDATE beyond what our data explain. */
  WINDOW_UPDATE,
  /** PRIORITY, and frames of unknown types. */
  IGNORED,
  /** Header fields beyond what is taken. */
  HEADERS
}
