using GemmaOperator.Egress;

namespace KubectlGemma.Images;

/// <summary>Says how registries are spoken to.</summary>
/// <param name="IsInsecure">Over plain HTTP, credentials included.</param>
/// <param name="Realms">Where their tokens come from, where that is another host.</param>
internal sealed record RegistryChoice(bool IsInsecure, IReadOnlyList<TokenRealm> Realms);
