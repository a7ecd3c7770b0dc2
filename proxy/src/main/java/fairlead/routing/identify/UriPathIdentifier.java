package fairlead.routing.identify;

import fairlead.http.Head;
import fairlead.naming.Path;
import java.util.Arrays;
import java.util.List;

/** {@code io.l5d.path}: the first segments of the path, taken off the target when consumed. */
record UriPathIdentifier(int segments, boolean consume, Path prefix) implements Identifier {
  @Override
  public Identification identify(Head request) {
    String target = request.target();
    String path = UriPath.of(target);
    // Splitting drops empty pieces at the end; the piece before the first slash is none of ours.
    List<String> all = Arrays.stream(path.split("/")).skip(1).toList();
    if (all.size() < segments) {
      return new Identification.Unidentified("not enough segments in path");
    }
    List<String> taken = all.subList(0, segments);
    String fault = NormalPath.faultOf(path, taken);
    if (fault != null) {
      return new Identification.Invalid(fault);
    }
    if (consume && all.size() > segments && all.get(segments).isEmpty()) {
      return new Identification.Invalid(NormalPath.EMPTY_SEGMENT); // left: a host, for some
    }
    if (consume) {
      request.setTarget(rest(path, all.subList(segments, all.size())) + UriPath.queryOf(target));
    }
    return new Identification.Identified(prefix.concat(new Path(taken)));
  }

  private static String rest(String path, List<String> left) {
    return left.isEmpty() ? "/" : "/" + String.join("/", left) + (path.endsWith("/") ? "/" : "");
  }
}
