using GemmaOperator.Text;

namespace GemmaOperator.Cluster.Pods;

/// <summary>Names containers that an admission hook (a mesh, a policy) put into a pod of ours.</summary>
internal static class ForeignContainer
{
    /// <summary>Renders the subject of a sentence.</summary>
    /// <param name="container">The container's name, which others chose.</param>
    /// <param name="pod">What the pod is called, without an article.</param>
    public static string Name(string container, string pod) =>
        $"Container {Quoted.Of(container)}, which an admission hook put into the {pod} and isn't the operator's,";

    /// <summary>Says that it never becomes ready, so that ours waits for it; a sentence without full stop.</summary>
    /// <param name="problem">What was seen.</param>
    /// <param name="pod">What the pod is called.</param>
    /// <param name="work">What ours does, without an article.</param>
    public static string Describe(PodStartProblem problem, string pod, string work) =>
        problem.Kind == PodProblem.Injected
            ? $"{Name(problem.Container!, pod)} ends again and again, and the {work} waits for it: {problem.Message}"
            : $"{Name(problem.Container!, pod)} doesn't start: {problem.Message}";
}
