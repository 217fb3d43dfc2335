using GemmaInference.Model.Matrices;
using GemmaInference.Text.Templates;

namespace GemmaInference.Engine;

/// <summary>Says what to load and how large to make it.</summary>
/// <param name="DataType">
/// auto, float32, float16 or bfloat16. Auto is the checkpoint's own on a GPU, and bfloat16 on a CPU that multiplies it
/// if the checkpoint has it; else float32.
/// </param>
/// <param name="MaxContext">Null for what memory and model allow.</param>
/// <param name="MaxSlots">Null for what memory allows, within reason.</param>
internal sealed record LoadSettings(
    string Directory,
    string DataType,
    int? MaxContext,
    int? MaxSlots,
    Quantization Quantization = Quantization.None
)
{
    /// <summary>Gets by which template conversations are laid out.</summary>
    public TemplateWish Template { get; init; }

    /// <summary>Gets whether steps on a GPU may be recorded as graphs.</summary>
    public bool UsesGraphs { get; init; } = true;

    /// <summary>Gets whether sequences may share their memory as pages.</summary>
    public bool UsesPages { get; init; } = true;
}
