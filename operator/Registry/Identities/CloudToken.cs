using GemmaOperator.Registry.Access;

namespace GemmaOperator.Registry.Identities;

/// <summary>Holds what a cloud gave for an identity.</summary>
/// <param name="Credential">What a registry takes.</param>
/// <param name="Until">When it ends (UTC).</param>
internal sealed record CloudToken(RegistryCredential Credential, DateTimeOffset Until);
