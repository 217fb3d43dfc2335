namespace GemmaInference.Engine;

/// <summary>Says what to load and how large to make it.</summary>
/// <param name="DataType">
/// auto, float32, float16 or bfloat16. Auto is the checkpoint's own on a GPU, float32 on a CPU.
/// </param>
internal sealed record LoadSettings(string Directory, string DataType, int MaxContext, int MaxSlots);
