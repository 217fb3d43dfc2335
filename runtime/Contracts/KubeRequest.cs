namespace GemmaOperator.Runtime.Contracts;

/// <summary>Says what a request asks for, in the words of RBAC.</summary>
/// <param name="Verb"><c>get list watch create patch delete</c>.</param>
/// <param name="Resource"><c>plural.group</c>, with <c>/status</c> and the like where it applies.</param>
/// <param name="Namespace">Null: cluster-wide.</param>
/// <param name="Name">Null for lists and watches.</param>
public sealed record KubeRequest(string Verb, string Resource, string? Namespace, string? Name)
{
    /// <summary>Renders it for messages: <c>get pods a in namespace n</c>.</summary>
    public override string ToString() =>
        $"{Verb} {Resource}"
        + (Name is null ? "" : $" {Name}")
        + (Namespace is null ? " (cluster-wide)" : $" in namespace {Namespace}");
}
