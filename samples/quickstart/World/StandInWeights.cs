using System.Text;
using StandIns.Hub;

namespace Quickstart.World;

/// <summary>Makes the files that stand for a model's on the hub's stand-in: of the right names and no use.</summary>
internal static class StandInWeights
{
    public static IReadOnlyList<HubFile> Of(string name) =>
        [
            HubFile.Of(
                "config.json",
                Encoding.UTF8.GetBytes("""{"architectures":["Gemma3ForCausalLM"],"model_type":"gemma3_text"}""")
            ),
            HubFile.Of("tokenizer.model", Encoding.UTF8.GetBytes("stand-in")),
            HubFile.Of("model.safetensors", Encoding.UTF8.GetBytes($"stand-in for the weights of {name}")),
        ];
}
