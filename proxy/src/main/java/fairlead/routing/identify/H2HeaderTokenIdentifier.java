package fairlead.routing.identify;

import fairlead.http.Head;
import fairlead.http.HeaderNames;
import fairlead.naming.Path;

/**
 * {@code io.l5d.header.token} of h2 ({@code spec/http.md} §17.5): the first value of a header, as
 * it is, as one element. {@code :authority} is our Host.
 */
record H2HeaderTokenIdentifier(String header, Path prefix) implements Identifier {
  @Override
  public Identification identify(Head request) {
    int i = keyField(request);
    return i < 0
        ? new Identification.Unidentified("missing header: '" + header + "'")
        : new Identification.Identified(prefix.concat(Path.of(request.value(i))));
  }

  @Override
  public int keyField(Head request) {
    int i = header.equals(":authority") ? request.find(HeaderNames.HOST) : request.find(header, 0);
    return i < 0 || request.valueLength(i) == 0 ? -1 : i;
  }
}
