namespace GemmaInference.Torch;

/// <summary>Says where a tensor lives; of GPUs it is the first.</summary>
internal enum Device
{
    Cpu,
    Cuda,
}
