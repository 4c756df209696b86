from ev import *; from nb import *; from data import F
ws=[45,66,87,108,115,136,157]
def per(fn,**kw):
    def f(X,y,Z): return fit_predict(X,y,Z,[quant(X[:,j],k) for j,k in enumerate(fn)],**kw)
    return f
X=W[115][0]
for j,n in enumerate(F):
    x=X[:,j]; u,c=np.unique(x,return_counts=True); q=quant(x,255)
    print(n,'distinct',len(u),'zeros %.3f'%(x==0).mean(),'max',x.max(),'q255 top cut',q[-3:],'above last',(x>q[-1]).sum(),'frauds above',W[115][1][x>q[-1]].sum())
M={}
for nm,kw in (('A',{}),('C',dict(mss=1,base=0.))):
    for j,n in enumerate(F):
        if len(np.unique(X[:,j]))<=255: continue
        k=[255]*15;k[j]=65000
        M[f'{nm} fine {n}']=per(k,**kw)
run(M,ws)
