package fairlead;

import static com.tngtech.archunit.base.DescribedPredicate.or;
import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The package table: who may use whom. An import that points the wrong way fails here. */
@TestInstance(Lifecycle.PER_CLASS) // what is imported is large, and goes with the instance
class ArchitectureTest {
  private final JavaClasses main =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("fairlead");

  private static final Map<String, Set<String>> MAY_USE =
      Map.ofEntries(
          Map.entry("activity", Set.of()),
          Map.entry("recorder", Set.of()),
          Map.entry("json", Set.of()),
          Map.entry("naming", Set.of("activity")),
          Map.entry("config", Set.of("naming")),
          Map.entry("identity", Set.of("config", "json", "tls")),
          Map.entry("http", Set.of()),
          Map.entry("retry", Set.of("config")),
          Map.entry("exchange", Set.of("http")),
          Map.entry("telemetry", Set.of("activity", "config", "exchange", "http", "recorder")),
          Map.entry("tls", Set.of("activity", "config", "exchange", "telemetry", "wire")),
          Map.entry("wire", Set.of("exchange", "http")),
          Map.entry("http1", Set.of("exchange", "http", "wire")),
          Map.entry("http2", Set.of("exchange", "http", "wire")),
          Map.entry(
              "client",
              Set.of(
                  "naming",
                  "config",
                  "exchange",
                  "http",
                  "http1",
                  "http2",
                  "wire",
                  "retry",
                  "tls",
                  "telemetry",
                  "activity",
                  "balance")),
          Map.entry(
              "balance",
              Set.of("activity", "naming", "config", "exchange", "http", "telemetry", "recorder")),
          Map.entry(
              "discovery",
              Set.of(
                  "recorder",
                  "activity",
                  "naming",
                  "config",
                  "json",
                  "exchange",
                  "http",
                  "client",
                  "tls",
                  "telemetry")),
          Map.entry(
              "interpreter",
              Set.of(
                  "recorder",
                  "activity",
                  "naming",
                  "config",
                  "exchange",
                  "http",
                  "client",
                  "retry",
                  "tls",
                  "telemetry",
                  "discovery")),
          Map.entry(
              "routing",
              Set.of(
                  "activity",
                  "naming",
                  "config",
                  "json",
                  "exchange",
                  "http",
                  "http1",
                  "http2",
                  "wire",
                  "client",
                  "retry",
                  "balance",
                  "tls",
                  "telemetry",
                  "discovery",
                  "interpreter",
                  "server")),
          Map.entry(
              "server",
              Set.of(
                  "recorder",
                  "activity",
                  "config",
                  "exchange",
                  "http",
                  "http1",
                  "http2",
                  "wire",
                  "tls",
                  "telemetry")),
          Map.entry(
              "admin",
              Set.of(
                  "activity",
                  "config",
                  "json",
                  "exchange",
                  "http",
                  "server",
                  "tls",
                  "telemetry",
                  "naming",
                  "discovery",
                  "interpreter",
                  "routing")),
          Map.entry(
              "launcher",
              Set.of(
                  "recorder",
                  "activity",
                  "naming",
                  "config",
                  "json",
                  "identity",
                  "exchange",
                  "http",
                  "http1",
                  "http2",
                  "wire",
                  "telemetry",
                  "tls",
                  "client",
                  "balance",
                  "discovery",
                  "interpreter",
                  "routing",
                  "server",
                  "admin")));

  static Stream<String> packages() {
    return MAY_USE.keySet().stream().sorted();
  }

  @ParameterizedTest
  @MethodSource("packages")
  void usesOnlyWhatItMay(String name) {
    String[] allowed =
        Stream.concat(Stream.of(name), MAY_USE.getOrDefault(name, Set.of()).stream())
            .map(p -> "fairlead." + p + "..")
            .toArray(String[]::new);
    classes()
        .that()
        .resideInAPackage("fairlead." + name + "..")
        .should()
        .onlyDependOnClassesThat(
            or(resideInAnyPackage(allowed), resideOutsideOfPackage("fairlead..")))
        .allowEmptyShould(true)
        .check(main);
  }

  /** Its classes would be loaded for what {@code fairlead.json.Json} does without them. */
  @Test
  void nobodyMakesAMapperOfJson() {
    noClasses().should().dependOnClassesThat().areAssignableTo(ObjectMapper.class).check(main);
    noClasses()
        .should()
        .callMethodWhere(
            target(owner(assignableTo(JsonNode.class)))
                .and(target(nameMatching("toString|toPrettyString"))))
        .check(main);
  }

  @Test
  void everyPackageStandsInTheTable() {
    Set<String> found =
        main.stream()
            .map(c -> c.getPackageName())
            .filter(p -> p.startsWith("fairlead."))
            .map(p -> p.replaceFirst("^fairlead\\.([^.]+).*", "$1"))
            .collect(Collectors.toSet());

    assertThat(MAY_USE.keySet()).containsAll(found);
  }
}
