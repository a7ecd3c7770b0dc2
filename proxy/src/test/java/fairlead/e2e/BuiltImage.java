package fairlead.e2e;

import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.opentest4j.TestAbortedException;

/**
 * Builds the image for the first test class that wants it, skips the class where that cannot be
 * done, and removes the image when all tests have run. One thread.
 */
final class BuiltImage implements BeforeAllCallback {
  private static @Nullable Podman built;

  static Podman podman() {
    return Objects.requireNonNull(built, "@ExtendWith(BuiltImage.class) is missing");
  }

  /** The image, or null where {@link IfPossible} found that it cannot be built. */
  static @Nullable Podman ifPossible() {
    return built;
  }

  /** For a class that also does without: says in a line why there is no image. */
  static final class IfPossible implements BeforeAllCallback {
    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
      try {
        new BuiltImage().beforeAll(context);
      } catch (TestAbortedException reason) {
        System.out.println(
            context.getDisplayName() + " without a container: " + reason.getMessage());
      }
    }
  }

  @Override
  public void beforeAll(ExtensionContext context) throws IOException {
    if (built == null) {
      Podman podman = Podman.build();
      built = podman;
      // Closed by JUnit, as the root is the last to end.
      context.getRoot().getStore(Namespace.create(BuiltImage.class)).put("image", podman);
    }
  }
}
