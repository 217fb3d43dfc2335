namespace Operator.Tests.Check.Rights;

/// <summary>Holds one verb of one rule that the chart grants.</summary>
/// <param name="Key">Of <c>rights.yaml</c>, or <see cref="GrantedRights.Impersonate"/>.</param>
/// <param name="Verb">For example <c>list</c>.</param>
/// <param name="Group">Empty for the core group.</param>
/// <param name="Resource">Plural, with <c>/subresource</c> where there is one.</param>
/// <param name="Name">The one object that it is about; empty for any.</param>
internal sealed record Grant(string Key, string Verb, string Group, string Resource, string Name)
{
    /// <summary>
    /// Says whether a rule with this and nothing else would let a request through, wherever it counts.
    /// </summary>
    public bool Allows(RequestedRight request) =>
        Verb == request.Verb
        && Group == request.Group
        && Resource == request.Resource
        && (Name.Length == 0 || Name == request.Name);

    /// <summary>Renders it as the record of rights names it: <c>tenant: patch configmaps gemma-defaults</c>.</summary>
    public override string ToString() =>
        $"{Key}: {Verb} {Resource}" + (Group.Length == 0 ? "" : $" of {Group}") + (Name.Length == 0 ? "" : $" {Name}");
}
