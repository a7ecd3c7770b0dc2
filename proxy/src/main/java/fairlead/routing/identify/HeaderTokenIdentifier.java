package fairlead.routing.identify;

import fairlead.http.Head;
import fairlead.naming.Path;

/** {@code io.l5d.header.token}: the first value of a header, as it is, as one element. */
record HeaderTokenIdentifier(String header, Path prefix) implements Identifier {
  @Override
  public Identification identify(Head request) {
    int i = keyField(request);
    return i < 0
        ? new Identification.Unidentified(header + " header is absent")
        : new Identification.Identified(prefix.concat(Path.of(request.value(i))));
  }

  @Override
  public int keyField(Head request) {
    int i = request.find(header, 0);
    return i < 0 || request.valueLength(i) == 0 ? -1 : i;
  }
}
