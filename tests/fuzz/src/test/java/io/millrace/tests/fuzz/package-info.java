/**
 * Every decoder and parser against arbitrary bytes. {@link io.millrace.tests.fuzz.FuzzTarget} lists
 * them; {@code FuzzRegressionTest} runs the inputs that once were findings, and seeds, with every
 * build; {@code FuzzCampaign} lets Jazzer look for more, by command:
 *
 * <pre>
 * mvn -Dlint=off -pl tests/fuzz -am test -Dtest=FuzzCampaign -Dsurefire.failIfNoSpecifiedTests=false \
 *   -Dfuzz.seconds=60
 * </pre>
 */
@NullMarked
package io.millrace.tests.fuzz;

import org.jspecify.annotations.NullMarked;
