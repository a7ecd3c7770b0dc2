package fairlead.routing.identify;

import fairlead.http.Head;
import fairlead.http.HeaderNames;
import fairlead.naming.NameSyntaxException;
import fairlead.naming.Path;
import fairlead.naming.Paths;
import java.util.Locale;

/** {@code io.l5d.methodAndHost}: version, method, host in lower case, and the URI if wanted. */
record MethodAndHostIdentifier(boolean uriInDst, Path prefix) implements Identifier {
  @Override
  public Identification identify(Head request) {
    if (request.minorVersion() == 0) {
      return withUri(request, Path.of("1.0", request.method()));
    }
    String host = request.first(HeaderNames.HOST);
    if (host == null || host.isEmpty()) {
      return new Identification.Unidentified("HTTP/1.1 request missing hostname");
    }
    return withUri(request, Path.of("1.1", request.method(), host.toLowerCase(Locale.ROOT)));
  }

  private Identification withUri(Head request, Path name) {
    if (!uriInDst) {
      return new Identification.Identified(prefix.concat(name));
    }
    try {
      String path = UriPath.of(request.target());
      Path uri = Paths.parse(path);
      String fault = NormalPath.faultOf(path, uri.elements());
      if (fault != null) {
        return new Identification.Invalid(fault);
      }
      return new Identification.Identified(prefix.concat(name).concat(uri));
    } catch (NameSyntaxException malformed) {
      return new Identification.Invalid(String.valueOf(malformed.getMessage()));
    }
  }
}
