package io.millrace.cli.send;

import io.millrace.cli.command.CommandException;
import io.millrace.cli.command.FileProblem;
import io.millrace.cli.command.KafkaCommand;
import io.millrace.cli.kafka.ClusterConnection;
import io.millrace.cli.kafka.RecordSender;
import io.millrace.cli.terminal.StatusLine;
import io.millrace.cli.terminal.TerminalDetection;
import io.millrace.cli.terminal.TerminationSignal;
import io.millrace.runtime.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Sends the content of files. */
@Command(
    name = "send",
    description = {
      "Sends a file, or all files of a folder, to the topic of images, documents or labels.",
      "images: image files, such as PNG and JPEG; IDX files like MNIST's, with the labels file"
          + " beside them; .json, .jsonl and .parquet with image and optionally id and label.",
      "documents: text files, one document each; .json, .jsonl, .csv, .tsv and .parquet with text"
          + " and optionally id and label.",
      "labels: .csv, .tsv, .json, .jsonl and .parquet with subject (image/17) and label; lines of"
          + " SUBJECT,LABEL; IDX labels.",
      "Files may be compressed with gzip. Text is UTF-8 unless a byte order mark or --charset says"
          + " otherwise. The first line of a .csv or .tsv names the columns.",
      "The id of a record is its field id, else the file's path below PATH, with /N for record N of"
          + " several: of line N in JSON lines and tables. With --label it begins with PATH's own"
          + " name, as it does if the folder above is sent with --label-from-folder.",
      "An id may occur once in a run: the second image or document with it is not sent. The last"
          + " label of a subject counts.",
      "What cannot be sent is reported, the rest is sent, and the exit code is 1."
    },
    footer = {
      "  millrace send images pictures/ --label-from-folder",
      "  millrace send images train-images-idx3-ubyte.gz --limit 1000 --rate 100/s",
      "  millrace send documents mails.jsonl",
      "  millrace send documents sms.csv --charset windows-1252 --text-field body",
      "  millrace send labels labels.csv"
    })
public final class SendCommand extends KafkaCommand {

  @Parameters(
      index = "0",
      paramLabel = "KIND",
      description = "The kind of input: ${COMPLETION-CANDIDATES}.")
  private InputKind kind = InputKind.IMAGES;

  @Parameters(index = "1", paramLabel = "PATH", description = "A file or a folder.")
  private Path path = Path.of("");

  @Option(names = "--limit", paramLabel = "N", description = "Ends after N records.")
  private long limit = Long.MAX_VALUE;

  @Option(
      names = "--rate",
      paramLabel = "N/s",
      description = "The maximum number of records per second. Default: no limit.")
  private @Nullable String rate;

  @Option(
      names = "--skip-refused",
      description = "What cannot be sent is reported, but does not make the exit code 1.")
  private boolean skipRefused;

  @Mixin private ReadingOptions reading = new ReadingOptions();

  @Override
  public Integer call() {
    if (limit < 1) {
      throw usageError("--limit must be >= 1, was " + limit);
    }
    var bounds = new FileSender.Limits(limit, perSecond());
    if (!Files.exists(path)) {
      throw usageError("no such file or folder: " + path);
    }
    SendOptions options = reading.options(kind, path);
    InputFolder folder = folder(options);
    long totalBytes =
        folder.files().stream().mapToLong(file -> file.path().toFile().length()).sum();
    Settings settings = settings();
    ClusterConnection.requireReachable(settings);
    var bytesRead = new AtomicLong();
    var progress =
        new SendProgress(
            new StatusLine(err(), TerminalDetection.isTerminal()),
            sent ->
                Math.max(
                    (double) sent / limit, bytesRead.get() / (double) Math.max(1, totalBytes)));
    long start = System.nanoTime();
    try (var sender = new RecordSender(settings)) {
      var fileSender = new FileSender(kind, settings.topics(), sender, bounds, progress);
      try (var signal = TerminationSignal.onRequest(fileSender::stop)) {
        fileSender.run(folder, InputReader.of(kind, options), bytesRead);
      } finally {
        progress.clear();
      }
      printSummary(
          fileSender.summary(),
          folder,
          kind.topic(settings.topics()).name(),
          (System.nanoTime() - start) / 1e9);
      return exitCode(fileSender);
    }
  }

  private void printSummary(SendSummary summary, InputFolder folder, String topic, double seconds) {
    out()
        .printf(
            Locale.ROOT,
            "sent %d %s to %s in %.1f s (%,.0f/s, %,d bytes)%n",
            summary.records(),
            kind.name().toLowerCase(Locale.ROOT),
            topic,
            seconds,
            summary.records() / seconds,
            summary.bytes());
    summary.print(out(), folder);
    out().flush();
  }

  private int exitCode(FileSender fileSender) {
    SendSummary summary = fileSender.summary();
    if (fileSender.stopped()) {
      throw new CommandException("stopped before everything was sent");
    }
    if (summary.refused() > 0 && !(skipRefused && summary.records() > 0)) {
      throw new CommandException(
          summary.refused()
              + " inputs could not be sent; they are listed above, by reason behind `refused`");
    }
    if (summary.records() == 0) {
      throw new CommandException("there is nothing to send in " + path);
    }
    return CommandLine.ExitCode.OK;
  }

  private InputFolder folder(SendOptions options) {
    try {
      return new InputFolder(path, options);
    } catch (IOException e) {
      throw new CommandException("cannot list " + path + ": " + FileProblem.reason(e), e);
    }
  }

  private Optional<Double> perSecond() {
    if (rate == null) {
      return Optional.empty();
    }
    try {
      double number = Double.parseDouble(rate.replaceFirst("/s$", ""));
      if (number > 0 && Double.isFinite(number)) {
        return Optional.of(number);
      }
    } catch (NumberFormatException e) {
      // Reported below like a number out of range.
    }
    throw usageError(
        "--rate must be a number of records per second above 0, such as 100/s, was " + rate);
  }
}
