package fairlead.routing.identify;

import fairlead.http.Head;
import fairlead.naming.Path;
import java.util.List;

/** Identifiers from their configuration ({@code spec/routing.md} §8). */
public final class Identifiers {
  private Identifiers() {}

  /**
   * What {@code configs} say, tried in order until one identifies or refuses.
   *
   * @param dstPrefix begins every name
   * @throws IllegalArgumentException when the list is empty
   */
  public static Identifier of(List<IdentifierConfig> configs, Path dstPrefix) {
    if (configs.isEmpty()) {
      throw new IllegalArgumentException("identifiers: [] (expected: at least one)");
    }
    List<Identifier> identifiers = configs.stream().map(c -> of(c, dstPrefix)).toList();
    return identifiers.size() == 1 ? identifiers.getFirst() : new FirstOf(identifiers);
  }

  private static Identifier of(IdentifierConfig config, Path prefix) {
    return switch (config) {
      case IdentifierConfig.HeaderToken(var header) -> new HeaderTokenIdentifier(header, prefix);
      case IdentifierConfig.H2HeaderToken(var header) ->
          new H2HeaderTokenIdentifier(header, prefix);
      case IdentifierConfig.H2HeaderPath(var header, var segments) ->
          new H2HeaderPathIdentifier(header, segments, prefix);
      case IdentifierConfig.Header(var header) -> new HeaderPathIdentifier(header, prefix);
      case IdentifierConfig.MethodAndHost(var uri) -> new MethodAndHostIdentifier(uri, prefix);
      case IdentifierConfig.UriPath(var segments, var consume) ->
          new UriPathIdentifier(segments, consume, prefix);
      case IdentifierConfig.Static(var path) -> {
        var identified = new Identification.Identified(prefix.concat(path));
        yield _ -> identified;
      }
    };
  }

  /** The first answer that is not {@code Unidentified}, else the last one. */
  private record FirstOf(List<Identifier> identifiers) implements Identifier {
    @Override
    public Identification identify(Head request) {
      Identification last = identifiers.getFirst().identify(request);
      for (int i = 1; i < identifiers.size() && isUnidentified(last); i++) {
        last = identifiers.get(i).identify(request);
      }
      return last;
    }

    private static boolean isUnidentified(Identification identification) {
      return switch (identification) {
        case Identification.Unidentified _ -> true;
        case Identification.Identified _, Identification.Invalid _ -> false;
      };
    }
  }
}
