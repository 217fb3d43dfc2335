namespace GemmaOperator.Api;

/// <summary>Domain words for a base.</summary>
internal static class BaseSpecExtensions
{
    extension(BaseSpec spec)
    {
        /// <summary>The reference that is built on: the explicit one, or the official PyTorch image for the versions.</summary>
        public string Reference => spec.Image.Length > 0
            ? spec.Image
            : $"pytorch/pytorch:{spec.Pytorch}-cuda{spec.Cuda}-cudnn{spec.Cudnn}-{spec.Flavor}";
    }
}
