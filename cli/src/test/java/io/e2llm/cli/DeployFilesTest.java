package io.e2llm.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.e2llm.engine.catalogue.CatalogueModel;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;
import picocli.CommandLine;

/** The files of {@code deploy} hold together: with each other, with the build, with the command. */
final class DeployFilesTest {
  private static final Path DEPLOY = Path.of("..", "deploy");
  private static final Set<String> KNOWN =
      Set.of(
          "FROM",
          "RUN",
          "COPY",
          "WORKDIR",
          "ENV",
          "USER",
          "EXPOSE",
          "HEALTHCHECK",
          "STOPSIGNAL",
          "ENTRYPOINT",
          "CMD");

  @ParameterizedTest
  @CsvSource({
    "gateway, 7070, 9070, 7070 8080 9070",
    "encoder, 7071, 9071, 7071 9071",
    "decoder, 7072, 9072, 7072 9072"
  })
  void image_runsItsTier_onItsPorts(String tier, int port, int metrics, String exposed)
      throws IOException {
    Dockerfile image = dockerfile(tier).lastStage();
    List<String> entry = strings(only(image, "ENTRYPOINT"));
    assertEquals(List.of("io.e2llm.cli.Main", tier), entry.subList(entry.size() - 2, entry.size()));
    assertEquals(exposed, only(image, "EXPOSE"));
    List<String> command = strings(only(image, "CMD"));
    assertEquals("0.0.0.0:" + port, after(command, "--listen"));
    assertEquals("0.0.0.0:" + metrics, after(command, "--metrics"));
    assertTrue(only(image, "HEALTHCHECK").contains("127.0.0.1:" + port));
  }

  @ParameterizedTest
  @ValueSource(strings = {"gateway", "encoder", "decoder"})
  void image_isBuiltInTwoStages_andRunsAsAUserOfItsOwn(String tier) throws IOException {
    Dockerfile file = dockerfile(tier);
    file.instructions().forEach(i -> assertTrue(KNOWN.contains(i.name()), i.name()));
    List<String> stages = file.all("FROM");
    assertEquals(2, stages.size());
    assertTrue(stages.get(0).endsWith(" AS build"));
    assertTrue(stages.get(1).contains("jre"));
    Dockerfile image = file.lastStage();
    assertEquals("e2llm", only(image, "USER"));
    String variables = only(image, "ENV");
    for (String wanted :
        List.of("DJL_OFFLINE=true", "OPT_OUT_TRACKING=true", "OMP_WAIT_POLICY=PASSIVE")) {
      assertTrue(variables.contains(wanted), variables);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gateway", "encoder", "decoder"})
  void healthCheck_namesAClassThatExists(String tier) throws Exception {
    String check = only(dockerfile(tier).lastStage(), "HEALTHCHECK");
    List<String> command = strings(check.substring(check.indexOf('[')));
    String probe = command.get(command.size() - 2);
    assertNotNull(Class.forName(probe).getMethod("main", String[].class));
  }

  @ParameterizedTest
  @ValueSource(strings = {"gateway", "encoder", "decoder"})
  void everyFlag_isOneTheCommandKnows(String tier) throws IOException {
    accepts(tier, strings(only(dockerfile(tier).lastStage(), "CMD")));
    accepts(tier, command(services(), tier));
  }

  @Test
  void modelsPulledIntoImages_areInTheCatalogue() throws IOException {
    List<String> known;
    try (InputStream catalogue =
        CatalogueModel.class.getResourceAsStream("/io/e2llm/engine/catalogue/models.json")) {
      assertNotNull(catalogue);
      known = new ObjectMapper().readTree(catalogue).findValuesAsText("name");
    }
    for (String tier : List.of("encoder", "decoder")) {
      String pull = "models pull ";
      String run =
          dockerfile(tier).all("RUN").stream()
              .filter(text -> text.contains(pull))
              .findFirst()
              .orElseThrow();
      String name = run.substring(run.indexOf(pull) + pull.length()).strip();
      assertTrue(known.contains(name), name);
    }
  }

  @Test
  void compose_startsOneGateway_twoEncoders_oneDecoder() throws IOException {
    Map<?, ?> services = services();
    assertEquals(Set.of("gateway", "encoder", "decoder"), services.keySet());
    for (Object tier : services.keySet()) {
      Path file = DEPLOY.resolve("..").resolve(text(at(services, tier, "build", "dockerfile")));
      assertTrue(Files.exists(file), file.toString());
    }
    assertEquals(2, at(services, "encoder", "deploy", "replicas"));
  }

  @Test
  void compose_gatewayKnowsTheOthersByTheirNamesAndPorts() throws IOException {
    Map<?, ?> services = services();
    List<String> gateway = command(services, "gateway");
    assertEquals("encoder:7071", after(gateway, "--encoders"));
    assertEquals("decoder:7072", after(gateway, "--decoders"));
    assertEquals("0.0.0.0:7071", after(command(services, "encoder"), "--listen"));
    assertEquals("0.0.0.0:7072", after(command(services, "decoder"), "--listen"));
  }

  @Test
  void compose_opensOnlyTheGateway_andOnlyToThisMachine() throws IOException {
    Map<?, ?> services = services();
    for (Object port : (List<?>) at(services, "gateway", "ports")) {
      assertTrue(text(port).startsWith("127.0.0.1:"), text(port));
    }
    assertEquals(null, ((Map<?, ?>) at(services, "encoder")).get("ports"));
    assertEquals(null, ((Map<?, ?>) at(services, "decoder")).get("ports"));
  }

  /** Parses a tier's options with the command itself, which throws on an unknown one. */
  private static void accepts(String tier, List<String> options) {
    CommandLine line = CommandLines.parser();
    String[] words = Stream.concat(Stream.of(tier), options.stream()).toArray(String[]::new);
    var parsed = line.parseArgs(words).subcommand();
    assertEquals(tier, parsed.commandSpec().name());
    assertTrue(parsed.hasMatchedOption("--insecure"), options.toString());
  }

  private static Dockerfile dockerfile(String tier) throws IOException {
    return Dockerfile.read(DEPLOY.resolve("Dockerfile." + tier));
  }

  private static Map<?, ?> services() throws IOException {
    Map<?, ?> compose = new Yaml().load(Files.readString(DEPLOY.resolve("compose.yaml")));
    return (Map<?, ?>) at(compose, "services");
  }

  private static List<String> command(Map<?, ?> services, String tier) {
    return ((List<?>) at(services, tier, "command")).stream().map(String::valueOf).toList();
  }

  private static Object at(Map<?, ?> map, Object... path) {
    @Nullable Object found = map;
    for (Object key : path) {
      found = found instanceof Map<?, ?> inner ? inner.get(key) : null;
    }
    assertNotNull(found, List.of(path).toString());
    return found;
  }

  private static String text(Object value) {
    return String.valueOf(value);
  }

  private static String only(Dockerfile file, String name) {
    List<String> found = file.all(name);
    assertEquals(1, found.size(), name);
    return found.get(0);
  }

  private static String after(List<String> command, String flag) {
    assertTrue(command.contains(flag), command.toString());
    return command.get(command.indexOf(flag) + 1);
  }

  private static List<String> strings(String json) throws JsonProcessingException {
    return List.of(new ObjectMapper().readValue(json, String[].class));
  }
}
