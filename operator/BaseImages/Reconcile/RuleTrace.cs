using System.Diagnostics;
using GemmaOperator.Api.BaseImages;
using Microsoft.Extensions.Logging;

namespace GemmaOperator.BaseImages.Reconcile;

/// <summary>Answers which rule decided, and what: in the debug log, and on the span of the reconcile.</summary>
internal static partial class RuleTrace
{
    /// <summary>Tag of the rule that decided about builds.</summary>
    public const string RuleTag = "gemmaoperator.rule";

    /// <summary>Tag of the rule that decided about the workload.</summary>
    public const string RolloutRuleTag = "gemmaoperator.rollout_rule";

    public static void Write(ILogger logger, GemmaBaseImage image, ImagePlan plan)
    {
        if (Activity.Current is { } span)
        {
            span.SetTag(RuleTag, plan.Freshness.Rule);
            span.SetTag(RolloutRuleTag, plan.Rollout.Rule);
        }

        if (!logger.IsEnabled(LogLevel.Debug))
        {
            return;
        }

        var (ns, name) = (image.Metadata.NamespaceProperty, image.Metadata.Name);
        Log.Decided(logger, ns, name, plan.Freshness.Decision.GetType().Name, plan.Freshness.Rule);
        Log.Decided(logger, ns, name, plan.Rollout.Decision.GetType().Name, plan.Rollout.Rule);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Debug, Message = "{Namespace}/{Name}: {Decision}, by the rule \"{Rule}\"")]
        public static partial void Decided(ILogger logger, string nameSpace, string name, string decision, string rule);
    }
}
