package io.millrace.learning.violations;

import io.millrace.topics.Topics;

/** A learner that names topics: against the arrows. */
public final class LearningThatKnowsTopics {

  Topics topics;
}
