package io.millrace.cli;

import io.millrace.cli.command.GlobalOptions;
import io.millrace.cli.deadletters.DeadLettersCommand;
import io.millrace.cli.demo.DemoCommand;
import io.millrace.cli.documents.DocumentsCommand;
import io.millrace.cli.forget.ForgetCommand;
import io.millrace.cli.models.ModelsCommand;
import io.millrace.cli.replay.ReplayCommand;
import io.millrace.cli.send.SendCommand;
import io.millrace.cli.topics.TopicsCommand;
import io.millrace.cli.up.UpCommand;
import io.millrace.cli.watch.WatchCommand;
import io.millrace.cli.words.WordsCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The root command. Every subcommand inherits its options, except {@code --version}. */
@Command(
    name = "millrace",
    description = "Services that learn from Kafka topics while records flow.",
    versionProvider = MillraceCommand.Version.class,
    scope = ScopeType.INHERIT,
    synopsisSubcommandLabel = "COMMAND",
    descriptionHeading = "%n",
    parameterListHeading = "%nArguments:%n",
    optionListHeading = "%nOptions:%n",
    commandListHeading = "%nCommands:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  millrace demo                                all services on real data",
      "  millrace up                                  a broker and all services",
      "  millrace up --bootstrap kafka:9092           all services on your Kafka",
      "  millrace send images pictures/               all images in a folder",
      "  millrace watch predictions --from earliest   predictions as JSON lines",
      "  source <(millrace completion)                completion in bash and zsh",
      "",
      "Each command has its own --help. Exit codes: 0 success, 1 failure, 2 usage."
    },
    subcommands = {
      DemoCommand.class,
      UpCommand.class,
      SendCommand.class,
      WatchCommand.class,
      TopicsCommand.class,
      ModelsCommand.class,
      ReplayCommand.class,
      ForgetCommand.class,
      WordsCommand.class,
      DocumentsCommand.class,
      DeadLettersCommand.class,
      CompletionCommand.class
    })
final class MillraceCommand implements GlobalOptions {

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Shows this help.")
  private boolean help;

  /** Not inherited: {@code models export} has a {@code --version} of its own. */
  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Shows the version of Millrace and Java.")
  private boolean version;

  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "Logs more and shows the stack trace of an error.")
  private boolean verbose;

  @Override
  public boolean verbose() {
    return verbose;
  }

  /** What {@code --version} prints. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      String build = Main.class.getPackage().getImplementationVersion();
      return new String[] {
        "millrace " + (build == null ? "development" : build),
        "Java " + Runtime.version() + ", " + System.getProperty("os.arch")
      };
    }
  }
}
