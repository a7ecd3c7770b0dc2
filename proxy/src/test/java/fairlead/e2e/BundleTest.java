package fairlead.e2e;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import fairlead.tls.TestCa;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The files of {@code deploy/}: of the shape their readers want, and agreeing with one another. */
class BundleTest {
  private static final Path DEPLOY = Parts.ROOT.resolve("deploy");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
  private static final Pattern SUBSTITUTED = Pattern.compile("\\$\\{([A-Za-z0-9:]+)\\}");

  /** The fields of ECS's RegisterTaskDefinition that we use, and what they are. */
  private static final Map<String, JsonNodeType> TASK =
      Map.ofEntries(
          entry("family", JsonNodeType.STRING),
          entry("networkMode", JsonNodeType.STRING),
          entry("requiresCompatibilities", JsonNodeType.ARRAY),
          entry("executionRoleArn", JsonNodeType.STRING),
          entry("taskRoleArn", JsonNodeType.STRING),
          entry("volumes", JsonNodeType.ARRAY),
          entry("containerDefinitions", JsonNodeType.ARRAY));

  private static final Map<String, JsonNodeType> CONTAINER =
      Map.ofEntries(
          entry("name", JsonNodeType.STRING),
          entry("image", JsonNodeType.STRING),
          entry("essential", JsonNodeType.BOOLEAN),
          entry("cpu", JsonNodeType.NUMBER),
          entry("memory", JsonNodeType.NUMBER),
          entry("user", JsonNodeType.STRING),
          entry("command", JsonNodeType.ARRAY),
          entry("readonlyRootFilesystem", JsonNodeType.BOOLEAN),
          entry("stopTimeout", JsonNodeType.NUMBER),
          entry("environment", JsonNodeType.ARRAY),
          entry("secrets", JsonNodeType.ARRAY),
          entry("portMappings", JsonNodeType.ARRAY),
          entry("mountPoints", JsonNodeType.ARRAY),
          entry("ulimits", JsonNodeType.ARRAY),
          entry("linuxParameters", JsonNodeType.OBJECT),
          entry("healthCheck", JsonNodeType.OBJECT),
          entry("logConfiguration", JsonNodeType.OBJECT));

  private static final Map<String, Set<String>> ELEMENTS =
      Map.of(
          "environment", Set.of("name", "value"),
          "secrets", Set.of("name", "valueFrom"),
          "portMappings", Set.of("containerPort", "hostPort", "protocol"),
          "mountPoints", Set.of("sourceVolume", "containerPath", "readOnly"),
          "ulimits", Set.of("name", "softLimit", "hardLimit"));

  static Stream<Path> taskDefinitions() throws IOException {
    try (Stream<Path> files = Files.list(DEPLOY.resolve("ecs"))) {
      return files.filter(file -> file.toString().endsWith(".json")).sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("taskDefinitions")
  void aTaskDefinitionHasOnlyFieldsThatEcsKnows(Path file) throws IOException {
    JsonNode task = JSON.readTree(file.toFile());

    checkFields("task", task, TASK);
    assertThat(task.get("networkMode").asText()).isIn("host", "bridge");
    for (JsonNode container : task.get("containerDefinitions")) {
      checkFields("container", container, CONTAINER);
      ELEMENTS.forEach((field, allowed) -> checkElements(field, container.path(field), allowed));
      checkHealth(container.path("healthCheck"));
      checkVolumes(task, container);
    }
  }

  private static void checkFields(String what, JsonNode node, Map<String, JsonNodeType> known) {
    node.properties()
        .forEach(
            field ->
                assertThat(field.getValue().getNodeType())
                    .as("%s.%s", what, field.getKey())
                    .isEqualTo(known.get(field.getKey())));
  }

  private static void checkElements(String field, JsonNode array, Set<String> allowed) {
    for (JsonNode element : array) {
      assertThat(allowed).as(field).containsAll(names(element));
    }
  }

  /** The limits of the ECS guide, {@code spec/ecs.md} §1. */
  private static void checkHealth(JsonNode health) {
    if (!health.isMissingNode()) {
      assertThat(health.get("command").get(0).asText()).isEqualTo("CMD");
      assertThat(health.get("interval").asInt()).isBetween(5, 300);
      assertThat(health.get("timeout").asInt()).isBetween(2, 60);
      assertThat(health.get("retries").asInt()).isBetween(1, 10);
      assertThat(health.get("startPeriod").asInt()).isBetween(0, 300);
    }
  }

  private static void checkVolumes(JsonNode task, JsonNode container) {
    Set<String> volumes = new TreeSet<>();
    task.path("volumes").forEach(volume -> volumes.add(volume.get("name").asText()));
    for (JsonNode mount : container.path("mountPoints")) {
      assertThat(volumes).contains(mount.get("sourceVolume").asText());
    }
  }

  @ParameterizedTest
  @CsvSource({"fairlead-host.json, host", "fairlead-bridge.json, bridge"})
  void fairleadsTaskNeedsNoShellNoRootAndNoWritableRoot(String file, String mode)
      throws IOException {
    JsonNode task = JSON.readTree(DEPLOY.resolve("ecs").resolve(file).toFile());
    JsonNode container = task.get("containerDefinitions").get(0);
    int graceMillis =
        YAML.readTree(DEPLOY.resolve("mesh.yaml").toFile()).at("/admin/shutdownGraceMs").asInt();

    assertThat(task.get("networkMode").asText()).isEqualTo(mode);
    assertThat(container.get("user").asText()).isEqualTo("10001:10001");
    assertThat(container.get("readonlyRootFilesystem").asBoolean()).isTrue();
    assertThat(container.has("command"))
        .as("the image's entry point, with FAIRLEAD_CONFIG")
        .isFalse();
    assertThat(container.at("/secrets/0/name").asText()).isEqualTo("FAIRLEAD_CONFIG");
    assertThat(container.at("/healthCheck/command").toString())
        .isEqualTo("[\"CMD\",\"/opt/fairlead/bin/health\"]");
    assertThat(container.at("/linuxParameters/capabilities/drop/0").asText()).isEqualTo("ALL");
    assertThat(graceMillis)
        .as("drain before the kill")
        .isLessThan(1000 * container.get("stopTimeout").asInt());
    for (JsonNode port : container.get("portMappings")) {
      assertThat(port.get("hostPort"))
          .as("the same on every host")
          .isEqualTo(port.get("containerPort"));
    }
    assertThat(container.get("portMappings").findValuesAsText("hostPort"))
        .as("the routers, and not the admin port")
        .containsExactly("4140", "4141");
  }

  @Test
  void theStacksReferencesAllLeadSomewhere() throws IOException {
    JsonNode stack = stack();
    Set<String> known = new TreeSet<>(names(stack.get("Resources")));
    known.addAll(names(stack.get("Parameters")));
    known.addAll(Set.of("AWS::Region", "AWS::Partition", "AWS::AccountId"));

    Set<String> used = new TreeSet<>();
    collect(stack.get("Resources"), used);
    collect(stack.get("Conditions"), used);

    assertThat(known).containsAll(used);
    assertThat(used).as("no parameter without use").containsAll(names(stack.get("Parameters")));
  }

  private static void collect(JsonNode node, Set<String> used) {
    node.properties().forEach(field -> collectField(field.getKey(), field.getValue(), used));
    if (node.isArray()) {
      node.forEach(element -> collect(element, used));
    }
  }

  private static void collectField(String name, JsonNode value, Set<String> used) {
    switch (name) {
      case "Ref" -> used.add(value.asText());
      case "Fn::GetAtt" -> used.add(value.get(0).asText());
      case "DependsOn" -> value.forEach(element -> used.add(element.asText()));
      case "Fn::Sub" ->
          SUBSTITUTED.matcher(value.asText()).results().forEach(match -> used.add(match.group(1)));
      default -> collect(value, used);
    }
  }

  @Test
  void theStackRunsOneOfEachOnEveryHost() throws IOException {
    JsonNode resources = stack().get("Resources");

    for (String service :
        List.of("ConsulService", "RegistratorService", "FairleadService", "KongService")) {
      assertThat(resources.at("/" + service + "/Properties/SchedulingStrategy").asText())
          .isEqualTo("DAEMON");
    }
    assertThat(
            resources
                .at(
                    "/Template/Properties/LaunchTemplateData/MetadataOptions/HttpPutResponseHopLimit")
                .asInt())
        .as("metadata can be had from a bridge")
        .isEqualTo(2);
  }

  @Test
  void theStackHoldsTheMeshAndTheTasksAsTheyStandInTheirFiles() throws IOException {
    JsonNode resources = stack().get("Resources");

    assertThat(resources.at("/MeshConfiguration/Properties/Value").asText())
        .isEqualTo(Files.readString(DEPLOY.resolve("mesh.yaml")));
    assertThat(resources.at("/EdgeConfiguration/Properties/Value").asText())
        .isEqualTo(Files.readString(DEPLOY.resolve("kong.yml")));
    for (var task :
        Map.of(
                "FairleadTask",
                "fairlead-host.json",
                "ConsulTask",
                "consul-agent.json",
                "RegistratorTask",
                "registrator.json",
                "KongTask",
                "kong.json")
            .entrySet()) {
      JsonNode file = JSON.readTree(DEPLOY.resolve("ecs").resolve(task.getValue()).toFile());
      JsonNode written = capitalized(file.at("/containerDefinitions/0"));
      JsonNode inStack = resources.at("/" + task.getKey() + "/Properties/ContainerDefinitions/0");
      for (String same :
          List.of(
              "Name",
              "User",
              "ReadonlyRootFilesystem",
              "StopTimeout",
              "HealthCheck",
              "PortMappings",
              "MountPoints",
              "Ulimits",
              "LinuxParameters",
              "Memory")) {
        assertThat(inStack.path(same))
            .as("%s.%s", task.getKey(), same)
            .isEqualTo(written.path(same));
      }
      assertThat(inStack.path("Secrets").findValuesAsText("Name"))
          .as("secrets of %s", task.getKey())
          .isEqualTo(written.path("Secrets").findValuesAsText("Name"));
      assertThat(inStack.path("Environment").findValuesAsText("Name"))
          .as("environment of %s", task.getKey())
          .containsAll(written.path("Environment").findValuesAsText("Name"));
    }
  }

  @ParameterizedTest
  @CsvSource({"mesh.yaml", "mesh-local-ip.yaml", "mesh-tls.yaml", "kong.yml"})
  void aConfigurationFitsIntoAStandardParameterOfSsm(String file) throws IOException {
    assertThat(Files.readString(DEPLOY.resolve(file))).hasSizeLessThanOrEqualTo(4096);
  }

  @Test
  void theSecurityGroupOpensTheIncomingRouterTheEdgeAndGossipOnly() throws IOException {
    Set<String> open = new TreeSet<>();
    for (JsonNode resource : stack().get("Resources")) {
      JsonNode properties = resource.path("Properties");
      switch (resource.get("Type").asText()) {
        case "AWS::EC2::SecurityGroup" ->
            properties.path("SecurityGroupIngress").forEach(rule -> open.add(ports(rule)));
        case "AWS::EC2::SecurityGroupIngress" -> open.add(ports(properties));
        default -> {}
      }
    }

    assertThat(open).containsExactly("4141-4141", "8000-8000", "8301-8301");
  }

  private static String ports(JsonNode rule) {
    return rule.get("FromPort").asText() + "-" + rule.get("ToPort").asText();
  }

  @Test
  void cfnLintAcceptsTheStackAndEachTaskDefinition(@TempDir Path dir) throws IOException {
    assumeTrue(Parts.installed("cfn-lint"), "skipped: cfn-lint is missing (pip install cfn-lint)");
    var template = JSON.createObjectNode().put("AWSTemplateFormatVersion", "2010-09-09");
    var resources = template.putObject("Resources");
    for (Path file : taskDefinitions().toList()) {
      resources
          .putObject("Task" + resources.size())
          .put("Type", "AWS::ECS::TaskDefinition")
          .set("Properties", capitalized(JSON.readTree(file.toFile())));
    }
    Path tasks = Files.writeString(dir.resolve("tasks.json"), template.toPrettyString());

    Program.run(
        Duration.ofMinutes(1),
        "cfn-lint",
        tasks.toString(),
        DEPLOY.resolve("ecs/mesh.cfn.yaml").toString());
  }

  /** A task definition of ECS's own API as CloudFormation spells it. */
  private static JsonNode capitalized(JsonNode node) {
    if (node.isArray()) {
      var array = JSON.createArrayNode();
      node.forEach(element -> array.add(capitalized(element)));
      return array;
    }
    if (!node.isObject()) {
      return node;
    }
    var object = JSON.createObjectNode();
    node.properties()
        .forEach(
            field ->
                object.set(
                    Character.toUpperCase(field.getKey().charAt(0)) + field.getKey().substring(1),
                    // The options of a log driver are no fields but its own words.
                    field.getKey().equals("options")
                        ? field.getValue()
                        : capitalized(field.getValue())));
    return object;
  }

  @Test
  void everyServiceOfTheEdgeGoesToTheOutgoingRouterUnderItsOwnName() throws IOException {
    JsonNode kong = YAML.readTree(DEPLOY.resolve("kong.yml").toFile());
    int outgoing =
        YAML.readTree(DEPLOY.resolve("mesh.yaml").toFile()).at("/routers/0/servers/0/port").asInt();

    assertThat(kong.get("_format_version").asText()).isEqualTo("3.0");
    for (JsonNode service : kong.get("services")) {
      JsonNode upstream = find(kong.get("upstreams"), service.get("host").asText());
      assertThat(upstream.get("host_header").asText()).isEqualTo(service.get("name").asText());
      assertThat(upstream.at("/targets/0/target").asText()).isEqualTo("127.0.0.1:" + outgoing);
    }
  }

  @Test
  void theImagesBaseIsOneThatEverybodyCanPull() throws IOException {
    assertThat(Files.readString(DEPLOY.resolve("Dockerfile")))
        .contains("ARG JDK_BASE=docker.io/library/eclipse-temurin:25-jdk\n");
  }

  @Test
  void theGuideNamesEachFileOfTheBundleAndNoOther() throws IOException {
    String guide = Files.readString(DEPLOY.resolve("README.md"));
    Set<String> named =
        Pattern.compile("`((?:ecs/|build/)?[A-Za-z.-]+\\.(?:json|ya?ml))`")
            .matcher(guide)
            .results()
            .map(match -> match.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> there = new TreeSet<>();
    try (Stream<Path> files = Files.walk(DEPLOY)) {
      files
          .map(file -> DEPLOY.relativize(file).toString())
          .filter(name -> name.matches(".*\\.(json|ya?ml)"))
          .forEach(there::add);
    }

    assertThat(named).isEqualTo(there);
  }

  private static JsonNode find(JsonNode named, String name) {
    for (JsonNode node : named) {
      if (node.get("name").asText().equals(name)) {
        return node;
      }
    }
    throw new AssertionError("no upstream " + name);
  }

  @ParameterizedTest
  @CsvSource({"mesh.yaml", "mesh-local-ip.yaml", "mesh-tls.yaml"})
  void checkAcceptsTheMeshOnAHostOfEcs(String file, @TempDir Path dir) throws IOException {
    Path metadata = dir.resolve("ecs-container-metadata.json");
    Files.writeString(
        metadata,
        """
        {"Cluster": "mesh", "HostPrivateIPv4Address": "10.1.0.11", "MetadataFileStatus": "READY"}
        """);
    Map<String, String> environment =
        Map.of(
            "LOCAL_IP",
            "10.1.0.11",
            "ECS_CONTAINER_METADATA_FILE",
            metadata.toString(),
            "TLS_DIR",
            dir.toString());
    new TestCa(dir, "ca").issue("spiffe://mesh/fairlead").write(dir, "host");
    List<String> arguments = List.of("check", DEPLOY.resolve(file).toString());
    try (Program check = Fairlead.command(Place.loopback(), environment, arguments)) {
      int exit = check.awaitExit(Duration.ofSeconds(30));

      assertThat(exit).as("%s", check.tail()).isZero();
      assertThat(check.output()).contains("2 routers");
    }
  }

  private static JsonNode stack() throws IOException {
    return YAML.readTree(DEPLOY.resolve("ecs/mesh.cfn.yaml").toFile());
  }

  private static Set<String> names(JsonNode object) {
    Set<String> names = new TreeSet<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }
}
