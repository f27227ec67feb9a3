import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;

/**
 * Sends an image to Millrace, prints the prediction as JSON, and gives it a label; then asks about
 * it by the Open Inference Protocol, which sends no record. The JDK alone:
 *
 * <pre>java Ask.java http://localhost:9404 cats/1 cat.png [LABEL]</pre>
 *
 * The token, where one is needed, is in the variable MILLRACE_HTTP_TOKEN.
 */
public final class Ask {

  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private Ask() {}

  public static void main(String[] arguments) throws Exception {
    String url = arguments[0];
    String id = URLEncoder.encode(arguments[1], StandardCharsets.UTF_8).replace("+", "%20");
    System.out.println(
        post(
            url + "/v1/images/" + id + "?wait=prediction",
            "application/octet-stream",
            BodyPublishers.ofFile(Path.of(arguments[2]))));
    if (arguments.length > 3) {
      String label =
          "{\"subject\": %s, \"label\": %s}"
              .formatted(json("image/" + arguments[1]), json(arguments[3]));
      System.out.println(
          post(url + "/v1/labels", "application/json", BodyPublishers.ofString(label)));
    }
    String file = Base64.getEncoder().encodeToString(Files.readAllBytes(Path.of(arguments[2])));
    String asked =
        "{\"inputs\": [{\"name\": \"images\", \"shape\": [1], \"datatype\": \"BYTES\", \"data\":"
            + " [%s]}], \"outputs\": [{\"name\": \"labels\"}, {\"name\": \"probabilities\"}]}";
    System.out.println(
        post(
            url + "/v2/models/vision/infer",
            "application/json",
            BodyPublishers.ofString(asked.formatted(json(file)))));
  }

  /** A text as a string of JSON (RFC 8259, section 7). */
  private static String json(String text) {
    var quoted = new StringBuilder("\"");
    for (char c : text.toCharArray()) {
      if (c == '"' || c == '\\' || c < ' ') {
        quoted.append("\\u%04x".formatted((int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }

  private static String post(String url, String type, HttpRequest.BodyPublisher body)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url))
            .timeout(Duration.ofSeconds(60))
            .header("Content-Type", type)
            .POST(body);
    Optional.ofNullable(System.getenv("MILLRACE_HTTP_TOKEN"))
        .ifPresent(token -> request.header("Authorization", "Bearer " + token));
    HttpResponse<String> answer = HTTP.send(request.build(), BodyHandlers.ofString());
    if (answer.statusCode() >= 300) {
      throw new IOException(answer.statusCode() + ": " + answer.body());
    }
    return answer.body();
  }
}
