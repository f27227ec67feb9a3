package io.millrace.learning.text.analysis;

import java.util.List;
import java.util.function.Function;

/**
 * What settings say of a custom analysis, part by part: the one vocabulary of all services that
 * take text apart.
 */
public enum AnalysisStage {
  CHAR_FILTERS(
      "analysis.char.filters",
      "What changes the text first in the custom analysis: Lucene's names with commas between,"
          + " such as htmlStrip, patternReplace(pattern='[0-9]', replacement='#').",
      AnalysisChain::charFilter),
  TOKENIZER(
      "analysis.tokenizer",
      "What takes the text apart in the custom analysis, such as standard or"
          + " nGram(minGramSize=3, maxGramSize=3).",
      AnalysisChain::tokenizer),
  TOKEN_FILTERS(
      "analysis.token.filters",
      "What changes the tokens then in the custom analysis, such as lowercase,"
          + " stop(words=stop.txt), snowballPorter(language=German).",
      AnalysisChain::tokenFilter);

  /** A part that cannot be what a setting says. */
  public static final class InvalidStageException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final AnalysisStage stage;

    private InvalidStageException(AnalysisStage part, String reason) {
      super(reason);
      this.stage = part;
    }

    /** Which one. */
    public AnalysisStage stage() {
      return stage;
    }
  }

  /** Adds a step to a chain. */
  private interface Adding {
    AnalysisChain add(AnalysisChain chain, AnalysisComponent step);
  }

  private final String setting;
  private final String documentation;
  private final Adding adding;

  AnalysisStage(String setting, String documentation, Adding adding) {
    this.setting = setting;
    this.documentation = documentation;
    this.adding = adding;
  }

  /** The name of its setting, without the service's before it. */
  public String setting() {
    return setting;
  }

  /** What the setting means. */
  public String documentation() {
    return documentation;
  }

  /**
   * The analysis that settings name.
   *
   * @param name of the analysis: {@link Analysis#CUSTOM} or one of {@link Analysis#names}
   * @param values what is set for a part; blank if nothing is
   * @throws InvalidStageException if a part is at fault
   * @throws IllegalArgumentException if there is no analysis of that name
   */
  public static Analysis read(String name, Function<AnalysisStage, String> values) {
    if (name.equals(Analysis.CUSTOM)) {
      return custom(values);
    }
    for (AnalysisStage part : values()) {
      if (!values.apply(part).isBlank()) {
        throw new InvalidStageException(
            part, "it is for the custom analysis only, not for " + name);
      }
    }
    return Analysis.named(name);
  }

  private static Analysis custom(Function<AnalysisStage, String> values) {
    var chain = new AnalysisChain();
    for (AnalysisStage part : values()) {
      part.addTo(chain, values.apply(part));
    }
    return Analysis.custom(chain);
  }

  private void addTo(AnalysisChain chain, String value) {
    try {
      List<AnalysisComponent> steps = AnalysisComponent.parse(value);
      if (this == TOKENIZER && steps.size() != 1) {
        throw new InvalidStageException(this, "the custom analysis needs one tokenizer");
      }
      steps.forEach(step -> adding.add(chain, step));
    } catch (InvalidStageException e) {
      throw e;
    } catch (IllegalArgumentException | UnsupportedOperationException e) {
      throw new InvalidStageException(this, String.valueOf(e.getMessage()));
    }
  }
}
