namespace GemmaOperator.Builds.Inputs;

/// <summary>Names of the rendered Dockerfile's steps, as a failed one prints them.</summary>
internal static class RunStepName
{
    /// <summary>Says what a failed step's last line begins with.</summary>
    public const string Marker = "gemma-operator: step";

    public const string SystemPackages = "system-packages";
    public const string SystemUpdates = "system-updates";
    public const string Requirements = "requirements";
    public const string Finish = "finish";
}
