namespace GemmaOperator.Dashboard.Access;

/// <summary>Says who somebody is, as the API server knows them.</summary>
/// <param name="Name">User name.</param>
/// <param name="Uid">Tells users of one name apart; empty for none.</param>
/// <param name="Groups">Groups.</param>
/// <param name="Extra">What else the authenticator says.</param>
internal sealed record Identity(
    string Name,
    string Uid,
    IReadOnlyList<string> Groups,
    IReadOnlyDictionary<string, IList<string>> Extra
);
