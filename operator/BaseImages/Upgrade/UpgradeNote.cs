namespace GemmaOperator.BaseImages.Upgrade;

/// <summary>Says one thing that this release of the operator would do with an object when it starts.</summary>
/// <param name="Effect">What kind of thing.</param>
/// <param name="Why">For people: what, and because of what.</param>
internal sealed record UpgradeNote(UpgradeEffect Effect, string Why);
