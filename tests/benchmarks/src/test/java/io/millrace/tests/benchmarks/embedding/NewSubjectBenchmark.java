package io.millrace.tests.benchmarks.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.tests.benchmarks.PythonScript;
import io.millrace.tests.benchmarks.text.Newsgroups;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How soon new words are understood when the stream turns to another subject: the learner alone
 * reads the Simple English Wikipedia, then 20 Newsgroups. Words that the first hardly has are
 * judged by their neighbours, by how often they have occurred, against gensim that starts from
 * scratch on the newsgroups. The right neighbours are gensim's after five passes over them. Run by
 * name:
 *
 * <pre>
 * mvn -pl tests/benchmarks -am test -Dtest=NewSubjectBenchmark \
 *     -Dsurefire.failIfNoSpecifiedTests=false
 * </pre>
 */
final class NewSubjectBenchmark {

  @TempDir private Path folder;

  @Test
  void newWordsFindTheirNeighbours() throws Exception {
    Path wiki = SimpleWiki.file().orElse(null);
    Path newsgroups = Newsgroups.file().orElse(null);
    Assumptions.assumeTrue(
        wiki != null && newsgroups != null,
        "not here: -Dbenchmark.simplewiki=simplewiki.jsonl.gz"
            + " -Dbenchmark.data=20news-bydate.jsonl.gz");
    Path before = folder.resolve("before.txt");
    Path after = folder.resolve("after.txt");
    SimpleWiki.writeWords(wiki, before);
    Files.write(after, words(newsgroups));
    Path ours = folder.resolve("ours");
    try (var learned = new TimedSkipGram(TimedSkipGram.config(1))) {
      learned.learn(Files.readAllLines(before));
      learned.learn(Files.readAllLines(after));
      learned.write(ours);
    }

    String table =
        PythonScript.run("new_words.py", before.toString(), after.toString(), ours.toString());

    System.out.println(table);
    assertThat(table).isNotBlank();
  }

  private static List<String> words(Path newsgroups) throws IOException {
    return Newsgroups.read(newsgroups).stream()
        .map(message -> SimpleWiki.words(message.text()))
        .toList();
  }
}
