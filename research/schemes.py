import numpy as np
from nb import quant, mid_cuts
def cap_weights(w,bins):
    # water-fill: w_i -> min(w_i,T) with sum(min(w,T)) = bins*T
    s=np.sort(w)[::-1]; tot=s.sum(); k=0
    while k<bins-1 and s[k]*(bins-k)>tot: tot-=s[k];k+=1
    T=tot/(bins-k)
    return np.minimum(w,T),T
def cuts_from_weights(u,w,bins):
    # equal shares of cumulated w; cut between distinct values: value i goes to bin floor(midpoint)
    c=np.cumsum(w); c/=c[-1]
    # cut after value i when crossing k/bins (nearest end)
    t=np.arange(1,bins)/bins
    i=np.searchsorted(c,t-1e-12); i=np.minimum(i,len(u)-1)
    # choose nearer of boundaries i and i-1
    lo=np.where(i>0,c[i-1],0); i=np.where((t-lo)<(c[i]-t),i-1,i)
    i=np.unique(i); i=i[(i>=0)&(i<len(u)-1)]
    return (u[i]+u[i+1])/2
def fam(x,bins,alpha=0.5,cap=True,dist=None,inner=None):
    """alpha: 0 quantile; .5 arcsine; density of cuts ~ (p(1-p))^-alpha"""
    u,c=np.unique(x,return_counts=True)
    if len(u)<=bins: return mid_cuts(u)
    P=np.concatenate([[0],np.cumsum(c)])/len(x)
    w=np.diff(warp(P,alpha))
    if dist is not None: w=c.astype(float)**dist
    if cap: w,_=cap_weights(w,bins)
    return cuts_from_weights(u,w,bins)
def warp(P,a):
    if a==0: return P
    if a==.5: return np.arcsin(np.sqrt(np.clip(P,0,1)))
    from scipy.special import betainc
    return betainc(1-a,1-a,P)
def halfwidth(x,bins):
    u=np.unique(x)
    if len(u)<=bins: return mid_cuts(u)
    q=quant(x,bins//2+1); e=np.linspace(u[0],u[-1],bins//2+2)[1:-1]
    return np.unique(np.concatenate([q,e]))[:bins-1]
def tails(x,bins,mid=191,k=32):
    u=np.unique(x)
    if len(u)<=bins: return mid_cuts(u)
    m=np.arange(1,mid)/mid; t=np.arange(1,k+1)/(k+1)/mid
    p=np.concatenate([t,m,1-t]); p.sort()
    return np.unique(np.quantile(x,p,method='averaged_inverted_cdf'))
def geo(x,bins,k=12):
    u=np.unique(x)
    if len(u)<=bins: return mid_cuts(u)
    mid=bins-2*k; m=np.arange(1,mid)/mid; t=.5**np.arange(1,k+1)/mid
    p=np.concatenate([t,m,1-t]); p.sort()
    return np.unique(np.quantile(x,p,method='averaged_inverted_cdf'))
import numba as nb_
@nb_.njit(cache=True)
def tree1d(cs,cc,k,mss):
    # best-first 1-D tree: cs cumulated targets, cc cumulated counts (len m+1); returns k cut indices (cut after value i-1 => boundary i)
    m=len(cs)-1
    lo=np.zeros(k+2,np.int64);hi=np.zeros(k+2,np.int64);gain=np.zeros(k+2);at=np.zeros(k+2,np.int64)
    cnt=0; out=np.empty(k,np.int64);no=0
    def_l=0
    lo[0]=0;hi[0]=m;cnt=1
    gain[0]=-1.0
    todo0=0;todo1=-1
    while True:
        for z in range(2):
            j=todo0 if z==0 else todo1
            if j<0: continue
            a=lo[j];b=hi[j];G=cs[b]-cs[a];N=cc[b]-cc[a];best=1e-12;bi=-1
            for i in range(a+1,b):
                nl=cc[i]-cc[a]
                if nl<mss: continue
                if N-nl<mss: break
                gl=cs[i]-cs[a]
                ga=gl*gl/nl+(G-gl)*(G-gl)/(N-nl)-G*G/N
                if ga>best: best=ga;bi=i
            gain[j]=best if bi>=0 else -1.0
            at[j]=bi
        if no>=k: break
        j=-1;bg=0.0
        for t in range(cnt):
            if gain[t]>bg: bg=gain[t];j=t
        if j<0: break
        out[no]=at[j];no+=1
        lo[cnt]=at[j];hi[cnt]=hi[j];hi[j]=at[j];todo0=j;todo1=cnt;cnt+=1
    return out[:no]
def sup(x,y,bins,share=.5,mss=5,alpha=0.5):
    u,inv,c=np.unique(x,return_inverse=True,return_counts=True)
    if len(u)<=bins: return mid_cuts(u)
    s=np.bincount(inv,weights=y-y.mean(),minlength=len(u))
    i=tree1d(np.concatenate([[0],np.cumsum(s)]),np.concatenate([[0.],np.cumsum(c)]),int(bins*share),mss)
    a=(u[i-1]+u[i])/2
    r=fam(x,bins-len(i),alpha) if len(i)<bins-1 else []
    return np.unique(np.concatenate([a,r]))
def logtail(x,bins,share=.5,p0=1/4096,cap=True):
    u,c=np.unique(x,return_counts=True)
    if len(u)<=bins: return mid_cuts(u)
    P=np.concatenate([[0],np.cumsum(c)])/len(x)
    k=np.log((1+p0)/p0)
    W=(1-share)*P+share*.5*(1+(np.log((P+p0)/p0)-np.log((1-P+p0)/p0))/k)
    w=np.diff(W)
    if cap: w,_=cap_weights(w,bins)
    return cuts_from_weights(u,w,bins)
def piece(x,bins,mid=191,cap=True):
    u,c=np.unique(x,return_counts=True)
    if len(u)<=bins: return mid_cuts(u)
    P=np.concatenate([[0],np.cumsum(c)])/len(x)
    k=(bins-mid)/2/bins; e=1/mid
    W=np.interp(P,[0,e,1-e,1],[0,k+.5/bins*0+e*0,1-k,1])
    w=np.diff(W)
    if cap: w,_=cap_weights(w,bins)
    return cuts_from_weights(u,w,bins)
