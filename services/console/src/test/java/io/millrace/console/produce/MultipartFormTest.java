package io.millrace.console.produce;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.runtime.http.HttpStatusException;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MultipartFormTest {

  private static final String TYPE = "multipart/form-data; boundary=XX";

  @Test
  void readsTheFormOfABrowser() {
    MultipartForm form =
        form(
            "--XX\r\nContent-Disposition: form-data; name=\"label\"\r\n\r\ncat\r\n"
                + "--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n"
                + "Content-Type: image/png\r\n\r\n\u0089PNG\r\n\r\n--X\u0000\r\n--XX--\r\n");

    assertThat(text(form, "label")).isEqualTo("cat");
    assertThat(text(form, "file")).isEqualTo("\u0089PNG\r\n\r\n--X\u0000");
    assertThat(form.part("other")).isEmpty();
    assertThat(form.names()).isEqualTo("label, file");
  }

  @Test
  void readsQuotedBoundariesPreamblesAndEmptyParts() {
    MultipartForm form =
        MultipartForm.of(
            "multipart/form-data; charset=x; boundary=\"X X\"",
            "preamble\r\n--X X \r\nContent-Disposition: form-data; name=file\r\n\r\n\r\n--X X--"
                .getBytes(ISO_8859_1));

    assertThat(text(form, "file")).isEmpty();
  }

  @Test
  void aPartHasTheNameOfItsNameAndOfNothingThatLooksLikeOne() {
    for (String disposition :
        List.of(
            "form-data; filename=\"x; name=label.png\"; name=file",
            "form-data; filename=\"a\\\"; name=label\"; name=\"file\"",
            "form-data; filename*=UTF-8''name%3Dlabel; name*=UTF-8''label; NAME=\"file\"",
            "form-data;name=file;filename=name=label")) {
      MultipartForm form =
          form("--XX\r\ncontent-disposition: " + disposition + "\r\n\r\na\r\n--XX--");
      assertThat(form.names()).as(disposition).isEqualTo("file");
    }
    assertThat(
            form("--XX\r\nContent-Disposition: form-data; name=\"a%22\\\\b\"\r\n\r\n\r\n--XX--")
                .names())
        .isEqualTo("a\"\\b");
  }

  @Test
  void aLongNameOfAFileIsRead() throws InterruptedException {
    String file = "a\\\"".repeat(2_600); // 7,800 characters, as long as a head may be.
    List<String> names = new ArrayList<>();
    var small =
        new Thread(
            null,
            () ->
                names.add(
                    form("--XX\r\nContent-Disposition: form-data; filename=\"%s\"; name=file\r\n\r\na\r\n--XX--"
                            .formatted(file))
                        .names()),
            "small-stack",
            1 << 18);
    small.start();
    small.join();

    assertThat(names).containsExactly("file");
  }

  @Test
  void aPartThatIsThereTwiceOrInAnotherEncodingIsRefused() {
    String file = "--XX\r\nContent-Disposition: form-data; name=file\r\n\r\na\r\n";

    assertThatThrownBy(() -> form(file + file + "--XX--").part("file"))
        .hasMessageContaining("the part file 2 times");
    assertThatThrownBy(() ->
            form(
                "--XX\r\nContent-Disposition: form-data; name=file\r\n"
                    + "Content-Transfer-Encoding: base64\r\n\r\nYQ==\r\n--XX--"))
        .hasMessageContaining("is in base64");
    assertThatThrownBy(() -> form(file + "--XX--").only("text", "other"))
        .hasMessageContaining("must have one part text or other; its parts are: file");
    assertThatThrownBy(() ->
            form("--XX\r\nContent-Disposition: form-data; name=label\r\n\r\n\u00ff\r\n--XX--")
                .text("label"))
        .hasMessageContaining("must be UTF-8");
    assertThatThrownBy(() -> MultipartForm.of("multipart/mixed; boundary=XX", new byte[0]))
        .isInstanceOf(HttpStatusException.class)
        .extracting(it -> ((HttpStatusException) it).status())
        .isEqualTo(415);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--XX\r\nContent-Type: text/plain\r\n\r\na part without a name\r\n--XX--",
        "",
        "no boundary at all",
        "--XX",
        "--XX\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nnever ends",
        "--XX\r\nno blank line\r\n--XX--",
        "--XXjunk\r\n\r\n\r\n--XX--"
      })
  void aBrokenFormIsRefused(String body) {
    assertThatThrownBy(() -> form(body))
        .isInstanceOf(HttpStatusException.class)
        .hasMessageContaining("the form is broken");
  }

  @Property(tries = 300)
  void noBytesMakeItFailOtherwise(@ForAll byte[] body) {
    try {
      MultipartForm.of(TYPE, body);
    } catch (HttpStatusException e) {
      assertThat(e.status()).isEqualTo(400);
    }
  }

  private static MultipartForm form(String body) {
    return MultipartForm.of(TYPE, body.getBytes(ISO_8859_1));
  }

  private static String text(MultipartForm form, String name) {
    return new String(form.part(name).orElseThrow().bytes(), ISO_8859_1);
  }
}
