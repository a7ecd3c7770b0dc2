package fairlead.routing.identify;

import fairlead.http.Head;
import fairlead.naming.NameSyntaxException;
import fairlead.naming.Path;
import fairlead.naming.Paths;

/** {@code io.l5d.header}: the path that a header holds. */
record HeaderPathIdentifier(String header, Path prefix) implements Identifier {
  @Override
  public Identification identify(Head request) {
    int i = request.find(header, 0);
    if (i < 0 || request.valueLength(i) == 0) {
      return new Identification.Unidentified(header + " header is absent");
    }
    try {
      return new Identification.Identified(prefix.concat(Paths.parse(request.value(i))));
    } catch (NameSyntaxException malformed) {
      return new Identification.Invalid(String.valueOf(malformed.getMessage()));
    }
  }

  @Override
  public int keyField(Head request) {
    return request.find(header, 0);
  }
}
