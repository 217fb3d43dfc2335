using GemmaOperator.Runtime.Contracts;

namespace GemmaOperator.Check;

/// <summary>Holds one verb that the operator needs.</summary>
/// <param name="Verb">For example <c>create</c>.</param>
/// <param name="Group">API group; empty for the core group.</param>
/// <param name="Resource">Plural, without a subresource.</param>
/// <param name="Subresource">Empty for none.</param>
/// <param name="Namespace">Empty for all namespaces, or for what lives in none.</param>
internal sealed record Right(string Verb, string Group, string Resource, string Subresource, string Namespace)
{
    /// <summary>Gets the one object that it is about; empty for any.</summary>
    public string Name { get; init; } = "";

    /// <summary>Gets the account that needs it; null: whoever the operator is.</summary>
    public ObjectKey? Account { get; init; }

    /// <summary>Renders it as <c>kubectl auth can-i</c> takes it.</summary>
    public override string ToString() =>
        (Account is { } account ? $"as service account {account}: " : "")
        + $"{Verb} {Resource}"
        + (Group.Length == 0 ? "" : $".{Group}")
        + (Name.Length == 0 ? "" : $"/{Name}")
        + (Subresource.Length == 0 ? "" : $" --subresource={Subresource}")
        + (Namespace.Length == 0 ? " --all-namespaces" : $" --namespace={Namespace}");
}
