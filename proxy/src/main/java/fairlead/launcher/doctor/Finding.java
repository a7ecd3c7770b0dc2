package fairlead.launcher.doctor;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * One thing that was looked at. Immutable.
 *
 * @param area what it is about: {@code consul}, {@code ports} …
 * @param what is the case
 * @param mend how to mend it; empty when it is good
 */
public record Finding(Level level, String area, String what, String mend) {
  /** How it is. */
  public enum Level {
    GOOD,
    /** May be meant so, or may bite later. */
    NOTE,
    /** Keeps Fairlead from doing what the configuration says. */
    BAD
  }

  static Finding good(String area, String what) {
    return new Finding(Level.GOOD, area, what, "");
  }

  static Finding note(String area, String what, String mend) {
    return new Finding(Level.NOTE, area, what, mend);
  }

  static Finding bad(String area, String what, String mend) {
    return new Finding(Level.BAD, area, what, mend);
  }

  /** One line for people. */
  public String show() {
    return String.format(
        "%-4s  %-12s  %s%s",
        level == Level.BAD ? "BAD" : level.name().toLowerCase(Locale.ROOT),
        area,
        what,
        mend.isEmpty() ? "" : "; " + mend);
  }

  /** For machines. */
  public Map<String, Object> json() {
    var json = new LinkedHashMap<String, Object>();
    json.put("level", level.name().toLowerCase(Locale.ROOT));
    json.put("area", area);
    json.put("what", what);
    json.put("mend", mend);
    return json;
  }
}
