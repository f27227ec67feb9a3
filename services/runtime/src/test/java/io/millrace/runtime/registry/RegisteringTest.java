package io.millrace.runtime.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.settings.SettingsException;
import io.millrace.runtime.testing.FakeSchemaRegistry;
import io.millrace.runtime.testing.TomorrowsBuild;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.avro.Evaluation;
import io.millrace.schemas.avro.Prediction;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.apache.avro.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Schemas are registered by the documented calls, and each refusal says what to change. */
final class RegisteringTest {

  private static final Schema PREDICTION = AvroCodec.of(Prediction.class).schema();
  private static final String SUBJECT = "predictions-value";

  private final FakeSchemaRegistry server;

  RegisteringTest() throws Exception {
    server = new FakeSchemaRegistry();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void aSchemaIsRegisteredAndFoundByItsId() {
    int id = registry("").register(SUBJECT, PREDICTION);

    assertThat(server.requests())
        .containsExactly("POST /subjects/" + SUBJECT, "POST /subjects/" + SUBJECT + "/versions");
    assertThat(server.subjects()).isEqualTo(Map.of(SUBJECT, List.of(id)));
    assertThat(registry("").find(id).map(it -> new Schema.Parser().parse(it.text())))
        .isEqualTo(Decoded.valid(PREDICTION));
  }

  @Test
  void oneThatIsThereNeedsNoRightToWrite() {
    server.register("other-value", AvroCodec.of(Evaluation.class).schema());
    int before = server.register(SUBJECT, PREDICTION);

    assertThat(registry("").register(SUBJECT, PREDICTION)).isEqualTo(before).isEqualTo(2);
    assertThat(server.requests()).containsExactly("POST /subjects/" + SUBJECT);
  }

  @Test
  void laterFormsAreFurtherVersionsOfTheSubject() {
    int own = registry("").register(SUBJECT, PREDICTION);
    int later = registry("").register(SUBJECT, TomorrowsBuild.tomorrow(PREDICTION));

    assertThat(server.subjects()).isEqualTo(Map.of(SUBJECT, List.of(own, later)));
  }

  @Test
  void aSubjectOfAnotherSchemaIsNamed() {
    server.register(SUBJECT, AvroCodec.of(Evaluation.class).schema());

    assertThatThrownBy(() -> registry("").register(SUBJECT, PREDICTION))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("/subjects/" + SUBJECT + "/versions")
        .hasMessageContaining("status 409")
        .hasMessageContaining("BACKWARD");
  }

  @ParameterizedTest
  @CsvSource({
    "401, 40101, schema.registry.basic.auth",
    "403, 40301, schema.registry.basic.auth",
    "422, 42201, takes no such schema",
    "404, 404, schema.registry.url",
  })
  void aRefusalSaysWhatToChangeAndIsNotTriedAgain(int status, int code, String remedy) {
    server.failNext(status, code, "of the test");

    assertThatThrownBy(() -> registry("").register(SUBJECT, PREDICTION))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(server.url())
        .hasMessageContaining("status " + status + " of the test")
        .hasMessageContaining(remedy);
    assertThat(server.requests()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({"500, 50001", "502, 0", "503, 0", "429, 42901"})
  void whatMayPassIsTriedAgain(int status, int code) {
    server.failNext(status, code, "wait");
    server.failNext(status, code, "wait");

    assertThat(registry("").register(SUBJECT, PREDICTION)).isEqualTo(1);
  }

  @Test
  void whatDoesNotPassIsNamed() {
    for (int attempt = 0; attempt < 3; attempt++) {
      server.failNext(500, 50001, "Error in the backend data store");
    }

    assertThatThrownBy(() -> registry("").register(SUBJECT, PREDICTION))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("gives no answer")
        .hasMessageContaining("Error in the backend data store");
  }

  @Test
  void userAndPasswordAreSent() {
    server.demand("Basic dXNlcjpzZWNyZXQ=");

    assertThat(registry("user:secret").register(SUBJECT, PREDICTION)).isEqualTo(1);
    assertThatThrownBy(() -> registry("user:wrong").register(SUBJECT, PREDICTION))
        .hasMessageContaining("status 401")
        .hasMessageNotContaining("wrong");
  }

  @Test
  void anIdThatIsNotThereIsAskedForOnceAMinute() {
    HttpSchemaRegistry registry = registry("");

    assertThat(registry.find(7)).isInstanceOf(Decoded.Invalid.class);
    assertThat(registry.find(7)).isInstanceOf(Decoded.Invalid.class);

    assertThat(server.requests()).containsExactly("GET /schemas/ids/7");
  }

  @Test
  void aCertificateOfAnAuthorityOfItsOwnIsTrustedByTheSetting(@TempDir Path folder)
      throws Exception {
    Path store = folder.resolve("key.p12");
    Path certificate = folder.resolve("certificate.pem");
    keytool(
        "-genkeypair",
        "-alias",
        "a",
        "-keyalg",
        "EC",
        "-dname",
        "CN=localhost",
        "-ext",
        "SAN=dns:localhost",
        "-storetype",
        "PKCS12",
        "-keystore",
        store.toString(),
        "-storepass",
        "secret");
    keytool(
        "-exportcert",
        "-rfc",
        "-alias",
        "a",
        "-keystore",
        store.toString(),
        "-storepass",
        "secret",
        "-file",
        certificate.toString());
    try (var secured = FakeSchemaRegistry.withTls(context(store))) {
      Map<String, String> url = Map.of("schema.registry.url", secured.url());
      HttpSchemaRegistry registry =
          Settings.of(url)
              .with(Map.of("schema.registry.ca.file", certificate.toString()))
              .schemaRegistry()
              .orElseThrow();

      assertThat(registry.register(SUBJECT, PREDICTION)).isEqualTo(1);
    }
    assertThatThrownBy(() ->
            Settings.of(
                    Map.of(
                        "schema.registry.url",
                        "https://localhost",
                        "schema.registry.ca.file",
                        store.toString()))
                .schemaRegistry())
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("schema.registry.ca.file")
        .hasMessageContaining(store.toString());
  }

  private static SSLContext context(Path store) throws Exception {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, "secret".toCharArray());
    }
    var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, "secret".toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return context;
  }

  private static void keytool(String... arguments) throws Exception {
    List<String> command = new java.util.ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments));
    assertThat(new ProcessBuilder(command).start().waitFor()).isZero();
  }

  private HttpSchemaRegistry registry(String credentials) {
    var address =
        new HttpSchemaRegistry.Server(
            server.url(), Optional.of(credentials).filter(it -> !it.isEmpty()), Optional.empty());
    return new HttpSchemaRegistry(address, 3, Duration.ofMillis(1));
  }
}
