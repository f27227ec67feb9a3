package io.millrace.scoring.violations;

import org.apache.lucene.analysis.Analyzer;

/** An analysis outside of the text packages. */
public final class ScoringThatKnowsLucene {

  Analyzer analyzer;
}
