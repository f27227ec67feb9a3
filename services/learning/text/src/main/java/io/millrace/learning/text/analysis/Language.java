package io.millrace.learning.text.analysis;

import java.util.Locale;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.CharArraySet;
import org.apache.lucene.analysis.ar.ArabicAnalyzer;
import org.apache.lucene.analysis.bg.BulgarianAnalyzer;
import org.apache.lucene.analysis.bn.BengaliAnalyzer;
import org.apache.lucene.analysis.br.BrazilianAnalyzer;
import org.apache.lucene.analysis.ca.CatalanAnalyzer;
import org.apache.lucene.analysis.cjk.CJKAnalyzer;
import org.apache.lucene.analysis.ckb.SoraniAnalyzer;
import org.apache.lucene.analysis.cz.CzechAnalyzer;
import org.apache.lucene.analysis.da.DanishAnalyzer;
import org.apache.lucene.analysis.de.GermanAnalyzer;
import org.apache.lucene.analysis.el.GreekAnalyzer;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.analysis.es.SpanishAnalyzer;
import org.apache.lucene.analysis.et.EstonianAnalyzer;
import org.apache.lucene.analysis.eu.BasqueAnalyzer;
import org.apache.lucene.analysis.fa.PersianAnalyzer;
import org.apache.lucene.analysis.fi.FinnishAnalyzer;
import org.apache.lucene.analysis.fr.FrenchAnalyzer;
import org.apache.lucene.analysis.ga.IrishAnalyzer;
import org.apache.lucene.analysis.gl.GalicianAnalyzer;
import org.apache.lucene.analysis.hi.HindiAnalyzer;
import org.apache.lucene.analysis.hu.HungarianAnalyzer;
import org.apache.lucene.analysis.hy.ArmenianAnalyzer;
import org.apache.lucene.analysis.id.IndonesianAnalyzer;
import org.apache.lucene.analysis.it.ItalianAnalyzer;
import org.apache.lucene.analysis.lt.LithuanianAnalyzer;
import org.apache.lucene.analysis.lv.LatvianAnalyzer;
import org.apache.lucene.analysis.ne.NepaliAnalyzer;
import org.apache.lucene.analysis.nl.DutchAnalyzer;
import org.apache.lucene.analysis.no.NorwegianAnalyzer;
import org.apache.lucene.analysis.pt.PortugueseAnalyzer;
import org.apache.lucene.analysis.ro.RomanianAnalyzer;
import org.apache.lucene.analysis.ru.RussianAnalyzer;
import org.apache.lucene.analysis.sr.SerbianAnalyzer;
import org.apache.lucene.analysis.sv.SwedishAnalyzer;
import org.apache.lucene.analysis.ta.TamilAnalyzer;
import org.apache.lucene.analysis.te.TeluguAnalyzer;
import org.apache.lucene.analysis.th.ThaiAnalyzer;
import org.apache.lucene.analysis.tr.TurkishAnalyzer;

/**
 * The languages of Lucene's common analysis module: each has an analyzer and a list of stop words.
 * A text in another language is allowed: most of its words stay as they are, in lower case.
 */
enum Language {
  ARABIC(ArabicAnalyzer::getDefaultStopSet, ArabicAnalyzer::new),
  ARMENIAN(ArmenianAnalyzer::getDefaultStopSet, ArmenianAnalyzer::new),
  BASQUE(BasqueAnalyzer::getDefaultStopSet, BasqueAnalyzer::new),
  BENGALI(BengaliAnalyzer::getDefaultStopSet, BengaliAnalyzer::new),
  BRAZILIAN(BrazilianAnalyzer::getDefaultStopSet, BrazilianAnalyzer::new),
  BULGARIAN(BulgarianAnalyzer::getDefaultStopSet, BulgarianAnalyzer::new),
  CATALAN(CatalanAnalyzer::getDefaultStopSet, CatalanAnalyzer::new),
  CJK(CJKAnalyzer::getDefaultStopSet, CJKAnalyzer::new),
  CZECH(CzechAnalyzer::getDefaultStopSet, CzechAnalyzer::new),
  DANISH(DanishAnalyzer::getDefaultStopSet, DanishAnalyzer::new),
  DUTCH(DutchAnalyzer::getDefaultStopSet, DutchAnalyzer::new),
  ENGLISH(EnglishAnalyzer::getDefaultStopSet, EnglishAnalyzer::new),
  ESTONIAN(EstonianAnalyzer::getDefaultStopSet, EstonianAnalyzer::new),
  FINNISH(FinnishAnalyzer::getDefaultStopSet, FinnishAnalyzer::new),
  FRENCH(FrenchAnalyzer::getDefaultStopSet, FrenchAnalyzer::new),
  GALICIAN(GalicianAnalyzer::getDefaultStopSet, GalicianAnalyzer::new),
  GERMAN(GermanAnalyzer::getDefaultStopSet, GermanAnalyzer::new),
  GREEK(GreekAnalyzer::getDefaultStopSet, GreekAnalyzer::new),
  HINDI(HindiAnalyzer::getDefaultStopSet, HindiAnalyzer::new),
  HUNGARIAN(HungarianAnalyzer::getDefaultStopSet, HungarianAnalyzer::new),
  INDONESIAN(IndonesianAnalyzer::getDefaultStopSet, IndonesianAnalyzer::new),
  IRISH(IrishAnalyzer::getDefaultStopSet, IrishAnalyzer::new),
  ITALIAN(ItalianAnalyzer::getDefaultStopSet, ItalianAnalyzer::new),
  LATVIAN(LatvianAnalyzer::getDefaultStopSet, LatvianAnalyzer::new),
  LITHUANIAN(LithuanianAnalyzer::getDefaultStopSet, LithuanianAnalyzer::new),
  NEPALI(NepaliAnalyzer::getDefaultStopSet, NepaliAnalyzer::new),
  NORWEGIAN(NorwegianAnalyzer::getDefaultStopSet, NorwegianAnalyzer::new),
  PERSIAN(PersianAnalyzer::getDefaultStopSet, PersianAnalyzer::new),
  PORTUGUESE(PortugueseAnalyzer::getDefaultStopSet, PortugueseAnalyzer::new),
  ROMANIAN(RomanianAnalyzer::getDefaultStopSet, RomanianAnalyzer::new),
  RUSSIAN(RussianAnalyzer::getDefaultStopSet, RussianAnalyzer::new),
  SERBIAN(SerbianAnalyzer::getDefaultStopSet, SerbianAnalyzer::new),
  SORANI(SoraniAnalyzer::getDefaultStopSet, SoraniAnalyzer::new),
  SPANISH(SpanishAnalyzer::getDefaultStopSet, SpanishAnalyzer::new),
  SWEDISH(SwedishAnalyzer::getDefaultStopSet, SwedishAnalyzer::new),
  TAMIL(TamilAnalyzer::getDefaultStopSet, TamilAnalyzer::new),
  TELUGU(TeluguAnalyzer::getDefaultStopSet, TeluguAnalyzer::new),
  THAI(ThaiAnalyzer::getDefaultStopSet, ThaiAnalyzer::new),
  TURKISH(TurkishAnalyzer::getDefaultStopSet, TurkishAnalyzer::new);

  private final Supplier<CharArraySet> stopWords;
  private final Function<CharArraySet, Analyzer> analyzer;

  Language(Supplier<CharArraySet> stopWords, Function<CharArraySet, Analyzer> analyzer) {
    this.stopWords = stopWords;
    this.analyzer = analyzer;
  }

  /** The name in settings: {@code german}. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Lucene's stop words. */
  CharArraySet stopWords() {
    return stopWords.get();
  }

  /** Lucene's analyzer, with given stop words instead of its own. */
  Analyzer analyzer(CharArraySet stopWords) {
    return analyzer.apply(stopWords);
  }
}
