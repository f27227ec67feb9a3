package io.millrace.cli.kafka;

import io.millrace.topics.Catalogue;
import io.millrace.topics.TopicSpec;
import java.util.List;

/** The names of Millrace's topics, as users write them: with the prefix or without. */
public final class TopicNames {

  private TopicNames() {}

  /** All names in the catalogue, without the prefix. */
  public static List<String> all() {
    return Catalogue.load().topics().stream().map(TopicSpec::name).toList();
  }

  /** A name without the prefix, if a topic of the catalogue is named so with it. */
  public static String withoutPrefix(String name, String prefix) {
    List<String> all = all();
    boolean full = !all.contains(name) && name.startsWith(prefix);
    return full && all.contains(name.substring(prefix.length()))
        ? name.substring(prefix.length())
        : name;
  }

  /** The names, for a message about one that is not there. */
  public static String list() {
    return "the topics are " + String.join(", ", all());
  }
}
