using GemmaOperator.Builds.Steps;

namespace GemmaOperator.Builds.Reconcile;

/// <summary>Holds the next step, and which rule decided on it.</summary>
/// <param name="Rule">Name of the rule, for the log and the trace.</param>
/// <param name="Step">The step.</param>
internal sealed record DecidedStep(string Rule, BuildStep Step);
