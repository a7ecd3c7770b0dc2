package fairlead.tls;

import java.time.Instant;
import java.util.Map;

/** What is made of certificate files, and made anew when they change. */
interface LiveContext {
  /** When our own certificates in it end, by file. */
  Map<String, Instant> expiries();

  /** Frees what is not the garbage collector's; connections that there are go on. */
  void release();
}
