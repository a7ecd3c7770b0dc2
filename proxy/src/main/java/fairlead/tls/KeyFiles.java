package fairlead.tls;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** PEM files of a certificate, its key and the chain to send along. Immutable. */
public record KeyFiles(Path certPath, Path keyPath, @Nullable Path intermediateCertsPath) {
  /** All of them. */
  List<Path> paths() {
    return intermediateCertsPath == null
        ? List.of(certPath, keyPath)
        : List.of(certPath, keyPath, intermediateCertsPath);
  }
}
