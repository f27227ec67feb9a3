package io.millrace.runtime.lifecycle;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.runtime.http.HttpRoute;
import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.settings.SettingsException;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What clients do to the HTTP server by mistake or on purpose: probes are answered all the same.
 */
final class HttpAbuseTest {

  private static final Duration LONG = Duration.ofHours(1);
  private static final String TOKEN = "token-of-the-test-0123456789";

  @TempDir private Path folder;
  private final CountDownLatch released = new CountDownLatch(1);
  private final List<HttpRoute> routes =
      List.of(
          new HttpRoute(
              "/echo/<id>",
              request ->
                  new ObjectMapper()
                      .createObjectNode()
                      .put("id", request.pathParam("id"))
                      .put("q", request.queryParam("q").orElse(""))
                      .toString()),
          new HttpRoute("/slow", request -> waiting()));

  @Test
  void aProbeIsAnsweredThoughTwoThousandConnectionsSendNothing() throws Exception {
    try (var http = endpoint(Map.of("http.connections.max", "64"), LONG)) {
      List<Socket> silent = new ArrayList<>();
      for (int i = 0; i < 2_000; i++) {
        Socket socket = new Socket("127.0.0.1", http.port());
        socket
            .getOutputStream()
            .write("GET /echo/a HTTP/1.1\r\nHost: localhost\r\nX: ".getBytes(ISO_8859_1));
        silent.add(socket);
      }

      assertThat(raw(http, "GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n"))
          .contains(" 200 ");
      for (Socket socket : silent) {
        socket.close();
      }
    }
  }

  @Test
  void aHeadThatComesSlowlyEndsItsConnection() throws Exception {
    try (var http = endpoint(Map.of(), Duration.ofMillis(200));
        var socket = new Socket("127.0.0.1", http.port())) {
      socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: localhost\r\n".getBytes(ISO_8859_1));

      assertThatThrownBy(
              () -> {
                while (true) {
                  socket.getOutputStream().write("X: y\r\n".getBytes(ISO_8859_1));
                  Thread.sleep(5);
                }
              })
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void aConnectionMayRestBetweenTwoRequests() throws Exception {
    // Long enough for a head to come whole on a busy machine.
    Duration head = Duration.ofSeconds(2);
    try (var http = endpoint(Map.of(), head);
        var socket = new Socket("127.0.0.1", http.port())) {
      byte[] request = "GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(ISO_8859_1);
      for (int i = 0; i < 2; i++) {
        socket.getOutputStream().write(request);
        assertThat(socket.getInputStream().read()).isEqualTo('H');
        socket.getInputStream().readNBytes(20);
        Thread.sleep(head.plusMillis(200));
        socket.getInputStream().readNBytes(socket.getInputStream().available());
      }
    }
  }

  @Test
  void healthIsAnsweredWhileTooManyRequestsWait() throws Exception {
    try (var http = endpoint(Map.of("http.threads", "1"), LONG)) {
      List<Socket> waiting = new ArrayList<>();
      for (int i = 0; i < 30; i++) {
        Socket socket = new Socket("127.0.0.1", http.port());
        socket
            .getOutputStream()
            .write("GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(ISO_8859_1));
        waiting.add(socket);
      }

      assertThat(raw(http, "GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n"))
          .contains(" 200 ");
      // One is being answered and sixteen wait: of thirty, some are refused.
      TestAnswers.awaitAny(waiting, " 503 ");
      released.countDown();
      for (Socket socket : waiting) {
        socket.close();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /echo/%zz HTTP/1.1",
        "GET /echo/%c0%af HTTP/1.1",
        "GET /echo/%00 HTTP/1.1",
        "GET /echo/%ff%fe HTTP/1.1",
        "GET /echo/%u0041 HTTP/1.1",
        "GET /echo/a?q=%zz HTTP/1.1",
        "GET /echo/a?q=% HTTP/1.1",
        "GET /echo/a?q=%c0%80 HTTP/1.1",
        "GET /echo/a?%ed%a0%80=%ed%a0%80 HTTP/1.1",
        "GET /echo/a?q=a&q=b&&&=& HTTP/1.1",
        "GET /echo/..%2f..%2fetc/passwd HTTP/1.1",
        "GET //echo//a HTTP/1.1",
        "GET /echo/a;x=y HTTP/1.1",
        "GET http://[::1/echo/a HTTP/1.1",
        "GET * HTTP/1.1",
        "\u0000\u0001\u0002 / HTTP/1.1",
        "GET /echo/a HTTP/9.9",
        "POST /echo/a HTTP/1.1",
        "TRACE /echo/a HTTP/1.1",
        "GET /echo/\u00ff HTTP/1.1"
      })
  void oddRequestsAreAnsweredWithoutAFailureOfTheServer(String line) throws Exception {
    try (var http = endpoint(Map.of(), LONG)) {
      String answer = raw(http, line + "\r\nHost: localhost\r\nConnection: close\r\n\r\n");

      assertThat(answer)
          .matches("(?s)HTTP/1\\.1 (2\\d\\d|4\\d\\d|505) .*")
          .doesNotContain("Exception");
    }
  }

  @Test
  void hugeUrlsHeadersAndBodiesAreRefused() throws Exception {
    try (var http = endpoint(Map.of(), LONG)) {
      String huge = "x".repeat(100_000);

      assertThat(raw(http, "GET /echo/" + huge + " HTTP/1.1\r\nHost: localhost\r\n\r\n"))
          .contains(" 414 ");
      assertThat(raw(http, "GET /echo/a HTTP/1.1\r\nHost: localhost\r\nX: " + huge + "\r\n\r\n"))
          .contains(" 431 ");
      assertThat(
              raw(
                  http,
                  "GET /echo/a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999\r\n\r\n"))
          .contains(" 413 ");
      assertThat(
              raw(
                  http,
                  "GET /echo/a HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"))
          .contains(" 413 ");
    }
  }

  @Test
  void aTokenIsDemandedOfEverythingButHealth() throws Exception {
    try (var http = endpoint(Map.of("http.token", TOKEN), LONG)) {
      String bearer = "\r\nAuthorization: Bearer " + TOKEN;

      assertThat(status(http, "GET /health/live", "")).isEqualTo("200");
      assertThat(status(http, "GET /metrics", "")).isEqualTo("401");
      assertThat(status(http, "GET /metrics", bearer + "x")).isEqualTo("401");
      assertThat(status(http, "GET /metrics", bearer)).isEqualTo("200");
      assertThat(status(http, "GET /echo/a", "")).isEqualTo("401");
      assertThat(status(http, "GET /echo/a", bearer)).isEqualTo("200");
      assertThat(status(http, "GET /health/live/../../metrics", "")).isEqualTo("401");
      assertThat(status(http, "GET /health/%6cive", "")).isEqualTo("401");
      assertThat(status(http, "POST /health/live", "")).isEqualTo("401");
    }
  }

  @Test
  void withoutATokenNothingThatCouldWriteIsAllowedFromOtherMachines() throws Exception {
    try (var http = endpoint(Map.of("http.host", "0.0.0.0"), LONG)) {
      assertThat(status(http, "GET /echo/a", "")).isEqualTo("200");
      assertThat(status(http, "POST /echo/a", "")).isEqualTo("403");
      assertThat(status(http, "DELETE /metrics", "")).isEqualTo("403");
    }
  }

  @Test
  void serverSpeaksTlsWithPemFiles() throws Exception {
    Path store = folder.resolve("http.p12");
    keytool(
        "-genkeypair",
        "-alias",
        "http",
        "-keyalg",
        "EC",
        "-dname",
        "CN=localhost",
        "-ext",
        "san=dns:localhost",
        "-storetype",
        "PKCS12",
        "-keystore",
        store.toString(),
        "-storepass",
        "changeit");
    KeyStore keys = KeyStore.getInstance(store.toFile(), "changeit".toCharArray());
    Path certificate = pem("CERTIFICATE", keys.getCertificate("http").getEncoded());
    Path key = pem("PRIVATE KEY", keys.getKey("http", "changeit".toCharArray()).getEncoded());
    var settings =
        Map.of(
            "http.tls.certificate.file",
            certificate.toString(),
            "http.tls.key.file",
            key.toString());

    try (var http = endpoint(settings, LONG)) {
      HttpResponse<String> answer =
          HttpClient.newBuilder()
              .sslContext(trusting(certificate))
              .build()
              .send(
                  HttpRequest.newBuilder(
                          URI.create("https://localhost:" + http.port() + "/health/live"))
                      .build(),
                  BodyHandlers.ofString());

      assertThat(answer.statusCode()).isEqualTo(200);
    }
    Path other =
        Files.writeString(folder.resolve("other.pem"), "-----BEGIN RSA PRIVATE KEY-----\nx");
    var wrong = new HashMap<>(settings);
    wrong.put("http.tls.key.file", other.toString());
    assertThatThrownBy(() -> endpoint(wrong, LONG))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("openssl pkcs8 -topk8");
  }

  private HttpEndpoint endpoint(Map<String, String> more, Duration head) {
    Map<String, String> settings = new HashMap<>(Map.of("http.port", "0"));
    settings.putAll(more);
    return new HttpEndpoint(
        Settings.of(settings).common().http(),
        new PrometheusRegistry(),
        List.of(new ReadyService(routes)),
        head);
  }

  private String waiting() {
    try {
      released.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return "{}";
  }

  private static String status(HttpEndpoint http, String line, String headers) throws IOException {
    return raw(
            http, line + " HTTP/1.1\r\nHost: localhost\r\nConnection: close" + headers + "\r\n\r\n")
        .split(" ", 3)[1];
  }

  /** The answer's head and what comes with it. */
  private static String raw(HttpEndpoint http, String request) throws IOException {
    try (var socket = new Socket("127.0.0.1", http.port())) {
      try {
        socket.getOutputStream().write(request.getBytes(ISO_8859_1));
      } catch (IOException e) {
        // It has answered, and reads no more.
      }
      return TestAnswers.head(socket);
    }
  }

  private Path pem(String kind, byte[] der) throws IOException {
    String text = java.util.Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return Files.writeString(
        folder.resolve(kind.charAt(0) + ".pem"),
        "-----BEGIN %s-----%n%s%n-----END %s-----%n".formatted(kind, text, kind));
  }

  private static SSLContext trusting(Path certificate) throws Exception {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    try (var in = Files.newInputStream(certificate)) {
      trusted.setCertificateEntry(
          "http", CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, factory.getTrustManagers(), null);
    return context;
  }

  private static void keytool(String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments));
    assertThat(new ProcessBuilder(command).start().waitFor()).isZero();
  }

  /** Reads answers from sockets. */
  private static final class TestAnswers {

    static String head(Socket socket) throws IOException {
      var head = new StringBuilder();
      var in = socket.getInputStream();
      while (head.indexOf("\r\n\r\n") < 0) {
        int next = in.read();
        if (next < 0) {
          break;
        }
        head.append((char) next);
      }
      return head.toString();
    }

    static void awaitAny(List<Socket> sockets, String part) {
      io.millrace.runtime.testing.TestKafka.await(
          part,
          () ->
              sockets.stream()
                  .anyMatch(socket -> {
                    try {
                      return socket.getInputStream().available() > 0 && head(socket).contains(part);
                    } catch (IOException e) {
                      return false;
                    }
                  }));
    }
  }
}
