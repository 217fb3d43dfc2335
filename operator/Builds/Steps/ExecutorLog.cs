namespace GemmaOperator.Builds.Steps;

/// <summary>Holds the end of the log of one Job's container.</summary>
/// <param name="Job">Name of the Job: another attempt's log says nothing of this one.</param>
/// <param name="Text">As the kubelet gave it.</param>
internal sealed record ExecutorLog(string Job, string Text);
