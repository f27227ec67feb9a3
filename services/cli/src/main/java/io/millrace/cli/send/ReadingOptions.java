package io.millrace.cli.send;

import io.millrace.cli.send.rows.FieldNames;
import io.millrace.cli.send.rows.SeparatedReader;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of {@code send} that say how files are read. */
final class ReadingOptions {

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec command;

  @Option(
      names = "--label",
      paramLabel = "L",
      description = "The label of images or documents that have none of their own.")
  private @Nullable String label;

  @Option(
      names = "--label-from-folder",
      description =
          "Their label is the name of the first folder below PATH, as in torchvision's ImageFolder"
              + " and scikit-learn's load_files.")
  private boolean labelFromFolder;

  @Option(
      names = "--as",
      paramLabel = "FORMAT",
      description =
          "How all files are read, whatever their names end in: ${COMPLETION-CANDIDATES}.")
  private @Nullable InputFormat format;

  @Option(
      names = "--charset",
      paramLabel = "NAME",
      description = "The charset of text, such as windows-1252 or UTF-16LE. Default: UTF-8.")
  private @Nullable String charset;

  @Option(
      names = "--text-field",
      paramLabel = "NAME",
      description =
          "The field or column of a document's text. A name such as /data/body is a JSON Pointer."
              + " Default: text.")
  private @Nullable String textField;

  @Option(
      names = "--label-field",
      paramLabel = "NAME",
      description = "The field or column of the label. Default: label.")
  private @Nullable String labelField;

  @Option(
      names = "--id-field",
      paramLabel = "NAME",
      description = "The field or column of the id. Default: id.")
  private @Nullable String idField;

  @Option(
      names = "--id-prefix",
      paramLabel = "TEXT",
      defaultValue = "",
      description = "Stands before the id of each image or document.")
  private String idPrefix = "";

  @Option(
      names = "--delimiter",
      paramLabel = "C",
      description =
          "The separator of a table: a character, or tab. Default: in .tsv a tab; else the first of"
              + " , ; tab and | with which the first line has the needed columns.")
  private @Nullable String delimiter;

  @Option(
      names = "--no-quotes",
      description = "Quotes in a table are part of the text. Default: a field may stand in quotes.")
  private boolean noQuotes;

  /**
   * The options for what is sent.
   *
   * @throws ParameterException if they contradict each other
   */
  SendOptions options(InputKind kind, Path path) {
    require(
        label == null || !labelFromFolder, "--label and --label-from-folder exclude each other");
    require(
        kind != InputKind.LABELS || label == null && !labelFromFolder && idPrefix.isEmpty(),
        "--label, --label-from-folder and --id-prefix apply to images and documents only");
    require(
        !labelFromFolder || Files.isDirectory(path),
        "--label-from-folder needs a folder whose folders are named after labels, and "
            + path
            + " is a file");
    require(
        kind == InputKind.DOCUMENTS || textField == null, "--text-field applies to documents only");
    require(
        format == null || format.holds(kind),
        "--as for "
            + kind.name().toLowerCase(Locale.ROOT)
            + " is one of "
            + InputFormat.namesOf(kind)
            + ", was "
            + format);
    return new SendOptions(
        Optional.ofNullable(label),
        labelFromFolder,
        Optional.ofNullable(format),
        new SeparatedReader.Options(charset(), delimiters(), !noQuotes),
        new FieldNames(
            Optional.ofNullable(textField),
            Optional.ofNullable(labelField),
            Optional.ofNullable(idField)),
        idPrefix);
  }

  private Optional<Charset> charset() {
    try {
      return Optional.ofNullable(charset).map(Charset::forName);
    } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
      throw error(
          "--charset: Java knows no charset named "
              + charset
              + "; it knows UTF-8, UTF-16LE, windows-1252, ISO-8859-1, Shift_JIS, GB18030 and many"
              + " more");
    }
  }

  private List<Character> delimiters() {
    if (delimiter == null) {
      return List.of();
    }
    String one = delimiter.equalsIgnoreCase("tab") || delimiter.equals("\\t") ? "\t" : delimiter;
    require(
        one.length() == 1 && one.charAt(0) != '"' && one.charAt(0) != '\n' && one.charAt(0) != '\r',
        "--delimiter must be one character or tab, was " + delimiter);
    return List.of(one.charAt(0));
  }

  private void require(boolean holds, String message) {
    if (!holds) {
      throw error(message);
    }
  }

  private ParameterException error(String message) {
    return new ParameterException(
        Objects.requireNonNull(command, "set by picocli").commandLine(), message);
  }
}
