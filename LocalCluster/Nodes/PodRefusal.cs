namespace LocalCluster.Nodes;

/// <summary>Says why a kubelet doesn't take a pod that was bound to its node.</summary>
/// <param name="Reason">
/// Its word, as <c>OutOfcpu</c>, <c>UnexpectedAdmissionError</c> or <c>TopologyAffinityError</c>.
/// </param>
/// <param name="Message">What it says, without <c>Pod was rejected: </c> before it.</param>
public sealed record PodRefusal(string Reason, string Message);
