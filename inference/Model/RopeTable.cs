using TorchSharp;

namespace GemmaInference.Model;

/// <summary>
/// Cosines and signed sines of every position, [positions, headDim]. With the sign of "rotate half" folded into the
/// sines, rotating is <c>x·cos + roll(x, headDim/2)·sin</c>.
/// </summary>
internal sealed class RopeTable : IDisposable
{
    private readonly torch.Tensor _cos;
    private readonly torch.Tensor _sin;

    public RopeTable(RopeSettings settings, int headDim, int positions, torch.ScalarType type, torch.Device device)
    {
        using var scope = torch.NewDisposeScope();
        var half = headDim / 2;
        // The angles are float32 as in the reference implementations: others would drift at long positions.
        var exponents = torch.arange(0, headDim, 2, torch.float32).div(headDim);
        var frequencies = torch
            .pow(torch.full([half], (float)settings.Theta), exponents)
            .reciprocal()
            .div(settings.Factor);
        var angles = torch.arange(0, positions, 1, torch.float32).unsqueeze(1).mul(frequencies.unsqueeze(0));
        var (cos, sin) = (angles.cos(), angles.sin());
        _cos = torch.cat([cos, cos], 1).to(type, device).DetachFromDisposeScope();
        _sin = torch.cat([sin.neg(), sin], 1).to(type, device).DetachFromDisposeScope();
    }

    /// <summary>Rows for the given positions, [n, 1, headDim], ready to broadcast over heads.</summary>
    public (torch.Tensor Cos, torch.Tensor Sin) At(torch.Tensor positions) =>
        (_cos.index_select(0, positions).unsqueeze(1), _sin.index_select(0, positions).unsqueeze(1));

    public void Dispose()
    {
        _cos.Dispose();
        _sin.Dispose();
    }
}
