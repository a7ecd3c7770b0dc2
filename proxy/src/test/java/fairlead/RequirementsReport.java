package fairlead;

import fairlead.RequirementResults.Result;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/**
 * Writes the table of {@code docs/conformance/http2.md} to {@code proxy/target/requirements.md} as
 * it was in this run. Registers itself for every run ({@code META-INF/services}); all runs of a
 * process are one.
 */
public final class RequirementsReport implements TestExecutionListener {
  private static final Path FILE = RequirementsTest.ROOT.resolve("proxy/target/requirements.md");
  private static final RequirementResults OF_THIS_PROCESS = new RequirementResults();

  private final RequirementResults results;

  /** For the launcher. */
  public RequirementsReport() {
    this(OF_THIS_PROCESS);
  }

  RequirementsReport(RequirementResults results) {
    this.results = results;
  }

  @Override
  public void executionSkipped(TestIdentifier test, String reason) {
    note(test, Result.NOT_RUN);
  }

  @Override
  public void executionFinished(TestIdentifier test, TestExecutionResult result) {
    note(
        test,
        switch (result.getStatus()) {
          case SUCCESSFUL -> Result.PASSED;
          case ABORTED -> Result.NOT_RUN;
          case FAILED -> Result.FAILED;
        });
  }

  /** Of a method, or of an invocation of one; of a class only that it failed, as all of it then. */
  private void note(TestIdentifier test, Result result) {
    switch (test.getSource().orElse(null)) {
      case MethodSource method ->
          results.note(simple(method.getClassName()) + "." + method.getMethodName(), result);
      case ClassSource type when result == Result.FAILED ->
          results.note(simple(type.getClassName()), result);
      case null, default -> {}
    }
  }

  private static String simple(String className) {
    return className.substring(className.lastIndexOf('.') + 1);
  }

  @Override
  public void testPlanExecutionFinished(TestPlan plan) {
    if (results.isEmpty()) {
      return;
    }
    try {
      String page = Files.readString(RequirementsTest.PAGE);
      Files.writeString(FILE, "# HTTP/2 requirements in this run\n\n" + results.table(page));
    } catch (IOException e) {
      throw new UncheckedIOException(e); // which the launcher logs
    }
  }
}
