using GemmaInference.Torch;

namespace GemmaInference.Model;

/// <summary>Says where a step's tokens go in the cache of one kind of layer.</summary>
/// <param name="InSlot">Each token's place within its slot.</param>
/// <param name="Rows">Rows of the flattened cache, token by token, head by head.</param>
internal sealed record CachePlaces(Tensor InSlot, Tensor Rows);
