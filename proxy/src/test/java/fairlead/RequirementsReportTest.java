package fairlead;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestSource;
import org.junit.platform.engine.UniqueId;
import org.junit.platform.engine.support.descriptor.AbstractTestDescriptor;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestIdentifier;

/** Is told results as the launcher tells them. */
class RequirementsReportTest {
  private static final TestExecutionResult PASSED = TestExecutionResult.successful();
  private static final TestExecutionResult FAILED = TestExecutionResult.failed(null);
  private static final TestExecutionResult ABORTED = TestExecutionResult.aborted(null);

  private final RequirementResults results = new RequirementResults();
  private final RequirementsReport report = new RequirementsReport(results);

  private static TestIdentifier identifier(TestSource source) {
    return TestIdentifier.from(
        new AbstractTestDescriptor(UniqueId.forEngine("some"), "some", source) {
          @Override
          public Type getType() {
            return TestDescriptor.Type.TEST;
          }
        });
  }

  private static TestIdentifier method(String name) {
    return identifier(MethodSource.from("fairlead.some.OneTest", name));
  }

  /** The last column of a row that these tests of {@code OneTest} prove. */
  private String proved(String... methods) {
    var tests = Stream.of(methods).map(m -> "`OneTest." + m + "`").toList();
    String row = "| 9113 §6.1 | says | " + String.join(" ", tests) + " |";
    String table = results.table("text\n" + row + " passes |\n| 1 | no row | passes |\n");
    assertThat(table).startsWith(RequirementsTest.HEADING + row).hasLineCount(3);
    return table.substring(table.indexOf(row) + row.length());
  }

  @Test
  void whatPassedPasses() {
    report.executionFinished(method("a"), PASSED);
    report.executionFinished(method("b"), PASSED);

    assertThat(proved("a")).isEqualTo(" passes |\n");
    assertThat(proved("a", "b")).isEqualTo(" passes |\n");
  }

  @Test
  void oneFailureFailsItsRowWhateverElsePassed() {
    report.executionFinished(method("a"), PASSED); // an invocation of a
    report.executionFinished(method("a"), FAILED);
    report.executionFinished(method("a"), PASSED);
    report.executionFinished(method("b"), PASSED);

    assertThat(proved("a")).isEqualTo(" FAILS |\n");
    assertThat(proved("b", "a")).isEqualTo(" FAILS |\n");
    assertThat(proved("never", "a")).isEqualTo(" FAILS |\n");
    assertThat(proved("b")).isEqualTo(" passes |\n");
  }

  @Test
  void whatWasLeftOutDoesNotPass() {
    report.executionFinished(method("a"), PASSED);
    report.executionSkipped(method("skipped"), "why");
    report.executionFinished(method("aborted"), ABORTED);

    for (String other : List.of("skipped", "aborted", "never")) {
      assertThat(proved(other)).isEqualTo(" not run |\n");
      assertThat(proved("a", other)).isEqualTo(" not run |\n");
    }
  }

  @Test
  void aClassThatFailsAsAWholeFailsAllThatItsTestsProve() {
    report.executionFinished(method("a"), PASSED);
    report.executionFinished(identifier(ClassSource.from("fairlead.some.OneTest")), FAILED);

    assertThat(proved("a")).isEqualTo(" FAILS |\n");
    assertThat(proved("never")).isEqualTo(" FAILS |\n");
  }

  @Test
  void everyRowOfThePageIsInTheTable() throws IOException {
    String page = Files.readString(RequirementsTest.PAGE);

    assertThat(results.table(page).lines().filter(line -> line.endsWith(" | not run |")))
        .hasSize((int) page.lines().filter(line -> line.endsWith(" | passes |")).count())
        .isNotEmpty();
  }
}
