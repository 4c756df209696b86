import numpy as np, numba as nb
@nb.njit(cache=True,fastmath=True)
def grow(codes,off,nbins,g,h,rows,depth,l2,mss,mch,lr,score,feat,thr,val,mingain,cap):
    # codes F x n uint16; level-wise tree, node heap indices; histograms by whole offset
    F=codes.shape[0]; n=codes.shape[1]
    total=off[F]
    nn=2**(depth+1)-1
    start=np.zeros(nn,np.int64); end=np.zeros(nn,np.int64); live=np.zeros(nn,np.bool_)
    sg=np.zeros(nn);sh=np.zeros(nn)
    for i in range(n): rows[i]=i
    start[0]=0;end[0]=n;live[0]=True
    H=np.zeros((nn,total,3))
    feat[:]=-1
    tmp=np.empty(n,np.int32)
    for node in range(nn):
        if not live[node]: continue
        s=start[node];e=end[node]
        G=0.0;Hs=0.0
        for i in range(s,e):
            G+=g[rows[i]];Hs+=h[rows[i]]
        sg[node]=G;sh[node]=Hs
        val[node]=-lr*max(-cap,min(cap,G/(Hs+l2)))
        if node>=2**depth-1: continue
        if e-s<2*mss: continue
        hist=H[node]
        # sibling trick
        done=False
        if node>0:
            sib=node+1 if node%2==1 else node-1
            par=(node-1)//2
            if node%2==0 and feat[par]>=0:
                # computed left already
                if end[sib]-start[sib] >= 2*mss or True:
                    hs=H[sib]; hp=H[par]
                    if hs[0:off[1],2].sum()==end[sib]-start[sib]:
                        for b in range(total):
                            hist[b,0]=hp[b,0]-hs[b,0];hist[b,1]=hp[b,1]-hs[b,1];hist[b,2]=hp[b,2]-hs[b,2]
                        done=True
        if not done:
            for f in range(F):
                o=off[f]; c=codes[f]
                for i in range(s,e):
                    r=rows[i]; b=o+c[r]
                    hist[b,0]+=g[r];hist[b,1]+=h[r];hist[b,2]+=1
        best=mingain;bf=-1;bt=-1
        base=G*G/(Hs+l2)
        for f in range(F):
            gl=0.0;hl=0.0;cl=0.0
            for b in range(off[f],off[f+1]-1):
                gl+=hist[b,0];hl+=hist[b,1];c=hist[b,2];cl+=c
                if c==0: continue
                if cl<mss or hl<mch: continue
                if e-s-cl<mss or Hs-hl<mch: break
                gain=gl*gl/(hl+l2)+(G-gl)*(G-gl)/(Hs-hl+l2)-base
                if gain>best:
                    best=gain;bf=f;bt=b-off[f]
        if bf<0: continue
        feat[node]=bf;thr[node]=bt
        c=codes[bf];k=s;m=0
        for i in range(s,e):
            r=rows[i]
            if c[r]<=bt: rows[k]=r;k+=1
            else: tmp[m]=r;m+=1
        for i in range(m): rows[k+i]=tmp[i]
        l=2*node+1
        live[l]=True;live[l+1]=True
        start[l]=s;end[l]=k;start[l+1]=k;end[l+1]=e
    for node in range(nn):
        if live[node] and feat[node]<0:
            for i in range(start[node],end[node]): score[rows[i]]+=val[node]
@nb.njit(cache=True)
def pred(codes,feats,thrs,vals,base):
    n=codes.shape[1]; out=np.full(n,base)
    for t in range(feats.shape[0]):
        for i in range(n):
            k=0
            while feats[t,k]>=0:
                k=2*k+1 if codes[feats[t,k],i]<=thrs[t,k] else 2*k+2
            out[i]+=vals[t,k]
    return out
def encode(X,cuts,left=True):
    return np.stack([np.searchsorted(c,X[:,j],side='left').astype(np.uint16) for j,c in enumerate(cuts)])
def fit_predict(X,y,Z,cuts,trees=100,lr=.1,depth=3,l2=1.,mss=20,mch=1e-3,base=None,mingain=0.,cap=1e300,codes=None):
    # cuts[j]: ascending thresholds; bin = number of cuts < x  (x<=cut goes left)
    C=encode(X,cuts) if codes is None else codes[0]
    D=encode(Z,cuts) if codes is None else codes[1]
    nb_=np.array([len(c)+1 for c in cuts]); off=np.concatenate([[0],np.cumsum(nb_)]).astype(np.int64)
    n=len(y); p=y.mean(); b=np.log(p/(1-p)) if base is None else base
    score=np.full(n,b); nn=2**(depth+1)-1
    feats=np.full((trees,nn),-1,np.int64);thrs=np.zeros((trees,nn),np.int64);vals=np.zeros((trees,nn)); rows=np.empty(n,np.int32)
    for t in range(trees):
        q=1/(1+np.exp(-score)); g=q-y; h=q*(1-q)
        grow(C,off,nb_,g,h,rows,depth,l2,mss,mch,lr,score,feats[t],thrs[t],vals[t],mingain,cap)
    fit_predict.last=(feats,thrs,vals,cuts)
    return pred(D,feats,thrs,vals,b)
def quant(x,k):
    u,c=np.unique(x,return_counts=True)
    if len(u)<=k: return (u[1:]+u[:-1])/2
    return np.unique(np.quantile(x,np.arange(1,k)/k,method='averaged_inverted_cdf'))
def mid_cuts(u): return (u[1:]+u[:-1])/2
