namespace GemmaOperator.Dashboard.Access;

/// <summary>Says what a visitor would see, in the words of RBAC.</summary>
/// <param name="Verb"><c>get</c> or <c>list</c>.</param>
/// <param name="Group">API group; empty for the core group.</param>
/// <param name="Resource">Plural.</param>
/// <param name="Namespace">Null: all namespaces.</param>
internal sealed record AskedAccess(string Verb, string Group, string Resource, string? Namespace)
{
    /// <summary>Renders it for messages: <c>list pods in namespace team-a</c>.</summary>
    public override string ToString() =>
        $"{Verb} {Resource}"
        + (Group.Length == 0 ? "" : $".{Group}")
        + (Namespace is null ? " in all namespaces" : $" in namespace {Namespace}");
}
