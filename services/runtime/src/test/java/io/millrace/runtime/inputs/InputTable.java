package io.millrace.runtime.inputs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Checks a table of {@code docs/inputs.md} against the cases of a test, so that every row is a
 * test. The table stands between the comments {@code <!-- rows: NAME -->} and {@code <!-- end -->};
 * with {@code -Dgenerate=apply} it is written there.
 */
public final class InputTable {

  /**
   * A row.
   *
   * @param form what people have
   * @param example how it looks, perhaps with its content type and settings
   * @param result what happens
   */
  public record Row(String form, String example, String result) {}

  private static final Path PAGE = Path.of("../../docs/inputs.md");

  private InputTable() {}

  /** Asserts that the table has these rows and no others. */
  public static void hasRows(String name, List<Row> rows) throws IOException {
    String table =
        rows.stream()
            .map(row ->
                "| %s | %s | %s |\n"
                    .formatted(escaped(row.form()), escaped(row.example()), escaped(row.result())))
            .collect(
                Collectors.joining(
                    "",
                    "\n| what comes | for example | what happens |\n| --- | --- | --- |\n",
                    "\n"));
    String page = Files.readString(PAGE);
    String start = "<!-- rows: " + name + " -->\n";
    int from = page.indexOf(start) + start.length();
    int to = page.indexOf("<!-- end -->", from);
    if ("apply".equals(System.getProperty("generate"))) {
      page = page.substring(0, from) + table + page.substring(to);
      Files.writeString(PAGE, page);
      to = from + table.length();
    }

    assertThat(page.substring(from, to)).isEqualTo(table);
  }

  /** Text as code, where it cannot end the code early. */
  public static String code(String text) {
    String fence = text.contains("`") ? "``" : "`";
    return fence + text + fence;
  }

  private static String escaped(String cell) {
    return cell.replace("|", "\\|").replace("\n", "⏎");
  }
}
