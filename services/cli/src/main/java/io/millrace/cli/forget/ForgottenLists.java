package io.millrace.cli.forget;

import io.millrace.cli.forget.SubjectSearch.SubjectRecord;
import io.millrace.cli.training.TrainedModel;
import io.millrace.runtime.models.ForgottenSubjects;
import io.millrace.runtime.models.ModelName;
import io.millrace.runtime.settings.Settings;
import io.millrace.schemas.Subject;
import io.millrace.schemas.avro.InputRange;
import io.millrace.schemas.avro.ModelManifest;
import io.millrace.topics.Topics;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The subjects that each kind of model leaves out, and by that which versions have learned from a
 * record.
 *
 * @param byKind by the name of the kind
 */
record ForgottenLists(Map<String, ForgottenSubjects> byKind) {

  ForgottenLists {
    byKind = Map.copyOf(byKind);
  }

  /** Reads those of all kinds. */
  static ForgottenLists read(Settings settings) {
    Map<String, ForgottenSubjects> lists = new TreeMap<>();
    for (TrainedModel kind : TrainedModel.kinds()) {
      lists.put(kind.toString(), ForgottenSubjects.read(settings, kind.toString()));
    }
    return new ForgottenLists(lists);
  }

  /** The kinds of models that learn from subjects of a kind. */
  static List<TrainedModel> kinds(Subject.Kind subjects) {
    return switch (subjects) {
      case IMAGE -> List.of(TrainedModel.VISION);
      case DOCUMENT -> List.of(TrainedModel.CLASSIFIER, TrainedModel.EMBEDDING);
    };
  }

  /** The list of a model's kind. */
  ForgottenSubjects of(String model) {
    return byKind.getOrDefault(ModelName.kindOf(model), ForgottenSubjects.none());
  }

  /** Whether a subject is on the list of a kind that learns from its records. */
  boolean has(Subject subject) {
    return kinds(subject.kind()).stream()
        .anyMatch(kind -> of(kind.toString()).numberOf(subject.toString()) > 0);
  }

  /** Whether a version has left out a record, by the entry of the list that covers it. */
  boolean isLeftOut(ModelManifest manifest, SubjectRecord record) {
    long number =
        of(manifest.getModel())
            .leavesOut(record.subject().toString(), record.partition(), record.offset());
    return number > 0 && number <= ForgottenSubjects.leftOutBy(manifest);
  }

  /** Whether a record on the input of a trainer is left out from now on. */
  boolean covers(SubjectRecord record, Topics topics) {
    return kinds(record.subject().kind()).stream()
        .filter(kind -> kind.input(topics).name().equals(topics.prefix() + record.topic()))
        .anyMatch(kind -> leavesOut(of(kind.toString()), record));
  }

  /** Whether a list has a subject, and leaves out all of its records on the input of its kind. */
  static boolean covers(ForgottenSubjects list, Subject subject, Collection<SubjectRecord> inputs) {
    return list.numberOf(subject.toString()) > 0
        && inputs.stream()
            .filter(it -> it.subject().equals(subject) && !it.deletes())
            .allMatch(it -> leavesOut(list, it));
  }

  private static boolean leavesOut(ForgottenSubjects list, SubjectRecord record) {
    return list.leavesOut(record.subject().toString(), record.partition(), record.offset()) > 0;
  }

  /**
   * How many records a version has learned from: those in its input ranges that it has not left
   * out.
   *
   * @param prefix of the topics
   */
  int learned(ModelManifest manifest, Collection<SubjectRecord> found, String prefix) {
    return (int)
        found.stream()
            .filter(it -> !it.deletes())
            .filter(it -> manifest.getInputs().stream().anyMatch(range -> has(range, it, prefix)))
            .filter(it -> !isLeftOut(manifest, it))
            .count();
  }

  /**
   * Whether one of the subjects is not on the list, or was put on it after a version was begun: the
   * version has learned from all of that subject's records in its input ranges then.
   */
  boolean isOlder(ModelManifest manifest, Collection<Subject> subjects) {
    String kind = ModelName.kindOf(manifest.getModel());
    return subjects.stream()
        .filter(it -> kinds(it.kind()).stream().anyMatch(its -> its.toString().equals(kind)))
        .mapToLong(it -> of(kind).numberOf(it.toString()))
        .anyMatch(number -> number == 0 || number > ForgottenSubjects.leftOutBy(manifest));
  }

  private static boolean has(InputRange range, SubjectRecord record, String prefix) {
    return range.getTopic().equals(prefix + record.topic())
        && range.getPartition() == record.partition()
        && range.getFrom() <= record.offset()
        && record.offset() < range.getTo();
  }
}
