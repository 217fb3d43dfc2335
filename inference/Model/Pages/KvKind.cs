using System.Numerics;

namespace GemmaInference.Model.Pages;

/// <summary>
/// Says how the keys and values of layers lie that see the same: each of their tensors has, for each slot, one or more
/// stretches of rows, one row after the other as a slot's tokens come.
/// </summary>
/// <param name="Tensors">Keys and values of each layer.</param>
/// <param name="Stretches">Of one slot in one tensor: one, or one of each head.</param>
/// <param name="RowBytes">What a token takes of a stretch.</param>
/// <param name="Places">Tokens that a slot holds.</param>
/// <param name="PageBytes">0 where stretches have all their memory from the start.</param>
internal sealed record KvKind(int Tensors, int Stretches, long RowBytes, int Places, long PageBytes)
{
    public bool IsPaged => PageBytes > 0;

    /// <summary>Gets how many rows a stretch has addresses for: whole pages.</summary>
    public int Rows
    {
        get
        {
            if (!IsPaged)
            {
                return Places;
            }

            var step = PageBytes / (long)BigInteger.GreatestCommonDivisor(PageBytes, RowBytes);
            return checked((int)((Places + step - 1) / step * step));
        }
    }

    public long StretchBytes => Rows * RowBytes;

    /// <summary>Gets the memory of one slot that is there from the start.</summary>
    public long FixedBytes => IsPaged ? 0 : Tensors * Stretches * StretchBytes;

    /// <summary>Returns how many pages of each stretch hold a slot's first places.</summary>
    public int Depth(int places) =>
        IsPaged ? (int)(((Math.Min(places, Places) * RowBytes) + PageBytes - 1) / PageBytes) : 0;

    /// <summary>Returns how many pages of all stretches hold a slot's first places.</summary>
    public long Pages(int places) => (long)Tensors * Stretches * Depth(places);
}
